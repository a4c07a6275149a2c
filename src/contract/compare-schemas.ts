import { toPointer } from '../protocol/json-pointer.ts';
import { annotationChanges } from './schema/annotations.ts';
import { hasCircle } from './schema/circles.ts';
import { obstacles } from './schema/contains.ts';
import { openDocument, type JsonSchema } from './schema/document.ts';
import { createForms } from './schema/forms.ts';
import { sameJson } from './schema/json.ts';
import { modernise } from './schema/modernise.ts';
import type { Obstacle, ObstacleRule } from './schema/obstacle.ts';
import { openObjects } from './schema/open-objects.ts';
import type { Reading } from './schema/object-rules.ts';
import { CIRCLE } from './schema/validator.ts';
import { createWitnessCheck, type WitnessCheck } from './schema/witness.ts';

/**
 * - `breaking`: code that kept to the old version can fail with the new one, and there is a value that shows it.
 * - `compatible`: no code that kept to the old version can fail.
 * - `cosmetic`: only words changed.
 * - `unknown`: cannot tell. Neither proven harmless, nor a value found that shows harm.
 */
export type ChangeKind = 'breaking' | 'compatible' | 'cosmetic' | 'unknown';

/** Whose values a schema describes: arguments, which callers make, or results, which they read. */
export type Side = 'input' | 'output';

/** One difference between two versions of a schema. */
export interface SchemaChange {
  readonly kind: ChangeKind;
  /** Such as `input.required.narrowed`: fewer values than before are arguments, because of `required`. */
  readonly rule: `${Side}.${ObstacleRule}.${'narrowed' | 'widened'}` | `${Side}.annotation`;
  /** JSON Pointer to the value that is described, `*` for any item or key. */
  readonly path: string;
  readonly message: string;
  /** For a breaking change: arguments that were valid and no longer are, or a result that was not and now is. */
  readonly witness?: unknown;
}

export interface CompareSchemasOptions {
  /** Values seen in use: the first to be tried as witnesses. */
  readonly seen?: readonly unknown[] | undefined;
}

/**
 * What changed between two versions of a schema, for those who call the tool: arguments that were valid have to stay
 * valid, and results may not become what the old version ruled out.
 *
 * Nobody is taken to rely on a key before a schema names it: a new optional argument is compatible although something else
 * could have been sent under its name. Readers of results are taken to ignore keys they do not know, also where the schema
 * refused others.
 */
export function compareSchemas(
  side: Side,
  before: JsonSchema,
  after: JsonSchema,
  { seen = [] }: CompareSchemasOptions = {},
): SchemaChange[] {
  if (sameJson(before, after)) return [];
  const [old, next] = [modernise(before), modernise(after)];
  if (hasCircle(old) || hasCircle(next)) return [notComparable(side, CIRCLE.refused)];
  const [sub, wider] = side === 'input' ? [old, next] : [next, openObjects(old)];
  const inTheWay = between(sub, wider, { sub: 'unaware', super: 'plain' });
  const check = inTheWay.length > 0 && createWitnessCheck(sub, wider);
  const breaking = check ? inTheWay.map((each) => judged(side, each, check, seen)) : [];
  const told = new Set(breaking.flatMap((change) => [sameRule(change), sameWords(change)]));
  const [narrower, broader] = side === 'input' ? [old, next] : [next, old];
  const harmless = [
    ...between(narrower, broader, DECLARED).map((each) => compatible(side, lossOf(side), each)),
    ...between(broader, narrower, DECLARED).map((each) => compatible(side, gainOf(side), each)),
  ].filter((change) => !told.has(sameRule(change)) && !told.has(sameWords(change)));
  return unique([...breaking, ...harmless, ...annotations(side, old, next)]);
}

function notComparable(side: Side, message: string): SchemaChange {
  return {
    kind: 'unknown',
    rule: `${side}.schema.${lossOf(side)}`,
    path: '',
    message,
  };
}

interface Readings {
  readonly sub: Reading;
  readonly super: Reading;
}

/** What two versions say of the keys they name: a key more or less shows. */
const DECLARED: Readings = { sub: 'declared', super: 'declared' };

function between(sub: JsonSchema, wider: JsonSchema, readings: Readings): Obstacle[] {
  const forms = createForms();
  const [a, b] = [openDocument(sub).root, openDocument(wider).root];
  return obstacles([a], [b], { forms, ...readings });
}

function sameRule({ rule, path }: SchemaChange): string {
  return `${rule} ${path}`;
}

/** A type that became another is one change, although it shows in both directions. */
function sameWords({ message, path }: SchemaChange): string {
  return `${message} ${path}`;
}

type Direction = 'narrowed' | 'widened';

/** What happened to the schema where the new version does not honour the old one. */
function lossOf(side: Side): Direction {
  return side === 'input' ? 'narrowed' : 'widened';
}

function gainOf(side: Side): Direction {
  return side === 'input' ? 'widened' : 'narrowed';
}

function judged(
  side: Side,
  obstacle: Obstacle,
  check: WitnessCheck,
  seen: readonly unknown[],
): SchemaChange {
  const change = described(side, lossOf(side), obstacle);
  if ('refused' in check) {
    return { ...change, kind: 'unknown', message: `${change.message} (ajv: ${check.refused})` };
  }
  const witness = [...seen, ...obstacle.values()].find((value) => check.shows(obstacle, value));
  if (witness === undefined) {
    return {
      ...change,
      kind: 'unknown',
      message: `${change.message}; no value found that shows harm`,
    };
  }
  return { ...change, kind: 'breaking', witness };
}

function compatible(side: Side, direction: Direction, obstacle: Obstacle): SchemaChange {
  return { kind: 'compatible', ...described(side, direction, obstacle) };
}

function described(
  side: Side,
  direction: Direction,
  obstacle: Obstacle,
): Pick<SchemaChange, 'rule' | 'path' | 'message'> {
  const path = toPointer(obstacle.path);
  const widened = direction === 'widened';
  const was = widened ? obstacle.super : obstacle.sub;
  const now = widened ? obstacle.sub : obstacle.super;
  const what = WORDS[obstacle.rule];
  return {
    rule: `${side}.${obstacle.rule}.${direction}`,
    path,
    message: `${what}was ${was}, now ${now}`,
  };
}

/** How a message begins; the keyword itself where that says most. */
const WORDS: Record<ObstacleRule, string> = {
  type: '',
  enum: 'one of these: ',
  required: '',
  property: '',
  minimum: 'minimum ',
  maximum: 'maximum ',
  multipleOf: 'multipleOf ',
  minLength: 'minLength ',
  maxLength: 'maxLength ',
  pattern: 'pattern ',
  format: 'format ',
  minItems: 'minItems ',
  maxItems: 'maxItems ',
  uniqueItems: 'uniqueItems ',
  contains: 'contains ',
  propertyNames: 'key ',
  minProperties: 'minProperties ',
  maxProperties: 'maxProperties ',
  not: 'not ',
  if: 'if ',
  oneOf: 'oneOf ',
  schema: '',
};

function annotations(side: Side, before: JsonSchema, after: JsonSchema): SchemaChange[] {
  return annotationChanges(before, after).map(({ path, message }) => ({
    kind: 'cosmetic',
    rule: `${side}.annotation`,
    path,
    message,
  }));
}

function unique(changes: readonly SchemaChange[]): SchemaChange[] {
  const seen = new Map<string, SchemaChange>();
  for (const change of changes) {
    const key = `${change.rule} ${change.path} ${change.message}`;
    if (!seen.has(key)) seen.set(key, change);
  }
  return [...seen.values()];
}
