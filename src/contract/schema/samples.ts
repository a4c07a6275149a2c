import randexp from 'randexp';
import { shapeAdmits } from './admits.ts';
import type { Conjunction } from './document.ts';
import { itemRules } from './item-rules.ts';
import { keyNamed, namedKeys, valueRules } from './object-rules.ts';
import type { ArrayShape, Forms, NumberShape, ObjectShape, Shape, StringShape } from './shapes.ts';
import { isJsonObject } from '../../protocol/wire-message.ts';

interface TextGenerator {
  max: number;
  randInt: (from: number, to: number) => number;
  gen(): string;
}

const DEPTH_LIMIT = 6;
const SAMPLES_LIMIT = 6;
/** How many guesses are made at samples of one shape. */
const GUESSES_LIMIT = 100;
/** Arrays longer than this are not tried. */
const ITEMS_LIMIT = 100;
/** Strings longer than this prove nothing that is worth their length. */
const LENGTH_LIMIT = 20_000;

/** A few values that a schema admits, as far as can be told, the plainest first. There may be none. */
export function samples(forms: Forms, schemas: Conjunction): unknown[] {
  return take(SAMPLES_LIMIT, guesses(forms, schemas, 0));
}

/** Values of one shape. `near`: another shape, whose bounds are of interest and whose values are not. */
export function shapeSamples(forms: Forms, shape: Shape, near?: Shape): unknown[] {
  const wanted = near
    ? filter(ofShape(forms, shape, 0, near), (value) => shapeAdmits(forms, near, value) !== true)
    : ofShape(forms, shape, 0);
  return take(SAMPLES_LIMIT, wanted);
}

function* guesses(forms: Forms, schemas: Conjunction, depth: number): Generator {
  const form = forms.of(schemas);
  for (const value of schemas.flatMap(written)) {
    if (form.some((shape) => shapeAdmits(forms, shape, value) !== false)) yield value;
  }
  for (const shape of form) yield* ofShape(forms, shape, depth);
}

/** Values that the schema itself gives. */
function written({ schema }: Conjunction[number]): unknown[] {
  if (!isJsonObject(schema)) return [];
  const { examples, default: usual } = schema;
  return [...(Array.isArray(examples) ? examples : []), ...(usual === undefined ? [] : [usual])];
}

function* ofShape(forms: Forms, shape: Shape, depth: number, near?: Shape): Generator {
  let left = GUESSES_LIMIT;
  for (const value of candidates(forms, shape, depth, near)) {
    if (left-- === 0) return;
    if (shapeAdmits(forms, shape, value) !== false) yield value;
  }
}

function candidates(forms: Forms, shape: Shape, depth: number, near?: Shape): Iterable<unknown> {
  switch (shape.kind) {
    case 'values':
      return shape.values;
    case 'number':
      return numbers(shape, near?.kind === 'number' ? near : shape);
    case 'string':
      return strings(shape, near?.kind === 'string' ? near : shape);
    case 'array':
      return arrays(forms, shape, depth, near?.kind === 'array' ? near : shape);
    case 'object':
      return objects(forms, shape, depth);
  }
}

function* numbers(shape: NumberShape, near: NumberShape): Generator<number> {
  const bounds = [shape, near].flatMap(({ minimum, maximum }) => [minimum, maximum]);
  const multiple = shape.multiples.reduce((product, factor) => product * factor, 1);
  for (const point of [1, 0, ...bounds.filter(Number.isFinite)]) {
    const below = Math.floor(point / multiple);
    yield* [point, point + 1, point - 1, point + 0.5, point - 0.5];
    yield* [below * multiple, (below + 1) * multiple, (below - 1) * multiple];
  }
}

/** One of each common format, and plain words. */
const TEXTS = [
  'a',
  '',
  '1',
  'A',
  'user@example.com',
  'https://example.com/',
  'example.com',
  '2026-01-31',
  '2026-01-31T12:00:00Z',
  '12:00:00Z',
  'P1D',
  '7d444840-9dc0-41d1-b245-5ffdce74fad2',
  '192.0.2.1',
  '2001:db8::1',
  '/a',
  'aGk=',
  'a b',
];

function* strings(shape: StringShape, near: StringShape): Generator<string> {
  const matched = shape.patterns.flatMap(matching);
  yield* matched;
  yield* TEXTS;
  const lengths = [shape.minLength, shape.maxLength, near.minLength - 1, near.maxLength + 1];
  for (const length of lengths) {
    if (length < 0 || length > LENGTH_LIMIT) continue;
    yield* ['a', ...matched].map((text) => stretch(text, length));
  }
}

/** A text of this many code points, made of the beginning of another or of repetitions of its end. */
function stretch(text: string, length: number): string {
  const points = Array.from(text);
  const missing = length - points.length;
  return missing > 0
    ? text + (points.at(-1) ?? 'a').repeat(missing)
    : points.slice(0, length).join('');
}

/** A few texts that match a pattern: the first choice everywhere, the last one, and longer ones. */
export function matching(pattern: string): string[] {
  try {
    return [first, last, longer].map((choose) => {
      const generator = textGenerator(pattern);
      generator.max = 20;
      generator.randInt = choose;
      return generator.gen();
    });
  } catch {
    return [];
  }
}

/** The types of randexp describe a module with a default export; the module is the class. */
function textGenerator(pattern: string): TextGenerator {
  const made: unknown = Reflect.construct(Object(randexp), [pattern]);
  if (!isTextGenerator(made)) throw new TypeError('randexp is not what it was');
  return made;
}

function isTextGenerator(value: unknown): value is TextGenerator {
  return typeof value === 'object' && value !== null && 'gen' in value && 'randInt' in value;
}

const first = (from: number): number => from;
const last = (from: number, to: number): number => Math.min(to, from + 3);
const longer = (_from: number, to: number): number => to;

function* arrays(
  forms: Forms,
  shape: ArrayShape,
  depth: number,
  near: ArrayShape,
): Generator<unknown[]> {
  const lengths = [
    shape.minItems,
    shape.minItems + 1,
    near.minItems - 1,
    near.maxItems + 1,
    2,
  ].filter((length) => length >= 0 && length <= ITEMS_LIMIT);
  for (const length of new Set(lengths)) {
    const pools = Array.from({ length }, (_, index) => itemPool(forms, shape, index, depth));
    if (pools.some((pool) => pool.length === 0)) continue;
    yield pools.map((pool) => pool[0]);
    yield pools.map((pool, index) => pool[index % pool.length]);
  }
}

function itemPool(forms: Forms, shape: ArrayShape, index: number, depth: number): unknown[] {
  if (depth >= DEPTH_LIMIT) return [];
  // One will do, unless no two items may be equal.
  const count = shape.unique ? SAMPLES_LIMIT : 1;
  return take(count, guesses(forms, itemRules(shape, index), depth + 1));
}

function* objects(forms: Forms, shape: ObjectShape, depth: number): Generator<object> {
  for (const keys of [shape.required, namedKeys([shape])]) {
    const object = baseObject(forms, shape, keys, depth);
    if (object) yield object;
  }
}

/** An object with these keys, those left out that nothing can be the value of. Undefined when one is required. */
export function baseObject(
  forms: Forms,
  shape: ObjectShape,
  keys: Iterable<string>,
  depth = 0,
): Record<string, unknown> | undefined {
  if (depth >= DEPTH_LIMIT) return shape.required.size === 0 ? {} : undefined;
  const entries: [string, unknown][] = [];
  for (const key of keys) {
    const rules = valueRules(shape, keyNamed(key, shape));
    const [value] = take(1, guesses(forms, rules, depth + 1));
    if (value !== undefined) entries.push([key, value]);
    else if (shape.required.has(key)) return undefined;
  }
  return Object.fromEntries(entries);
}

function take<T>(count: number, values: Iterable<T>): T[] {
  const taken: T[] = [];
  for (const value of values) {
    taken.push(value);
    if (taken.length === count) break;
  }
  return taken;
}

function* filter<T>(values: Iterable<T>, keep: (value: T) => boolean): Generator<T> {
  for (const value of values) if (keep(value)) yield value;
}
