import { openDocument, type Conjunction, type SchemaNode } from './document.ts';
import { matches } from './patterns.ts';
import type { ObjectShape } from './shapes.ts';

/**
 * How far a schema is taken at its word about keys it does not name.
 *
 * - `plain`: they are what JSON Schema says, anything unless refused.
 * - `unaware`: the same, but for keys that the other schema names: nobody knew what they would mean, and they do not come.
 * - `declared`: where nothing is said of them, they do not come.
 */
export type Reading = 'plain' | 'unaware' | 'declared';

/** A key, or all the keys without rules of their own that match the same patterns. */
export interface KeyClass {
  readonly name?: string | undefined;
  readonly matched: readonly string[];
}

const NEVER: SchemaNode = openDocument(false).root;

/** What an object asks of the value of a key. */
export function valueRules(
  shape: ObjectShape,
  { name, matched }: KeyClass,
  reading: Reading = 'plain',
): Conjunction {
  const said = shape.rules.flatMap(({ properties, patterns, additional }) => {
    const own = name === undefined ? undefined : properties.get(name);
    const named = [own, ...matched.map((pattern) => patterns.get(pattern))].filter(
      (node) => node !== undefined,
    );
    if (named.length > 0) return named;
    return additional ?? [];
  });
  if (reading !== 'declared' || said.length > 0) return said;
  if (name !== undefined && shape.required.has(name)) return said;
  return declaresKeys(shape) ? [NEVER] : said;
}

/** Whether a key that one object says nothing of is one that the other names. */
export function isNews(sub: ObjectShape, wider: ObjectShape, key: KeyClass): boolean {
  const { name } = key;
  return (
    name !== undefined &&
    !sub.required.has(name) &&
    declaresKeys(sub) &&
    valueRules(sub, key).length === 0 &&
    wider.rules.some(({ properties }) => properties.has(name))
  );
}

/** `properties` without any is a declaration, too. */
function declaresKeys({ rules }: ObjectShape): boolean {
  return rules.some(
    ({ properties, patterns, additional }) => properties.size + patterns.size > 0 || !additional,
  );
}

/** The class of a key, by the patterns of these objects. */
export function keyNamed(name: string, ...shapes: readonly ObjectShape[]): KeyClass {
  return { name, matched: patternsOf(shapes).filter((pattern) => matches(pattern, name)) };
}

const PATTERNS_LIMIT = 4;

/**
 * Keys and classes of keys that together stand for every key of these objects. Undefined when there are too many
 * patterns to tell apart.
 */
export function keyClasses(
  ...shapes: readonly [ObjectShape, ...ObjectShape[]]
): KeyClass[] | undefined {
  const patterns = patternsOf(shapes);
  if (patterns.length > PATTERNS_LIMIT) return undefined;
  const others = subsets(patterns).map((matched) => ({ matched }));
  return [...namedKeys(shapes).map((name) => keyNamed(name, ...shapes)), ...others];
}

/** Keys that some of these objects name. */
export function namedKeys(shapes: readonly ObjectShape[]): string[] {
  const names = shapes.flatMap(({ rules, required }) => [
    ...rules.flatMap(({ properties }) => [...properties.keys()]),
    ...required,
  ]);
  return [...new Set(names)];
}

export function patternsOf(shapes: readonly ObjectShape[]): string[] {
  return [
    ...new Set(
      shapes.flatMap(({ rules }) => rules.flatMap(({ patterns }) => [...patterns.keys()])),
    ),
  ];
}

function subsets<T>(items: readonly T[]): T[][] {
  return items.reduce<T[][]>((sets, item) => [...sets, ...sets.map((set) => [...set, item])], [[]]);
}
