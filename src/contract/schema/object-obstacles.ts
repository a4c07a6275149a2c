import { admits } from './admits.ts';
import { obstacle, within, type Comparison } from './comparison.ts';
import { isEmpty } from './intersect.ts';
import {
  isNews,
  keyClasses,
  keyNamed,
  namedKeys,
  patternsOf,
  valueRules,
  type KeyClass,
} from './object-rules.ts';
import type { Obstacle } from './obstacle.ts';
import { matches } from './patterns.ts';
import { baseObject, matching, samples, shapeSamples } from './samples.ts';
import { limit } from './scalar-obstacles.ts';
import type { ObjectShape } from './shapes.ts';

export function objectObstacles(
  comparison: Comparison,
  sub: ObjectShape,
  wider: ObjectShape,
  depth: number,
): Obstacle[] {
  const { forms } = comparison;
  const values = () => shapeSamples(forms, sub, wider);
  const found: Obstacle[] = [];
  for (const key of wider.required) {
    if (!sub.required.has(key)) found.push(requiredObstacle(comparison, sub, key));
  }
  const classes = classesOf(comparison, sub, wider);
  if (!classes)
    return [...found, obstacle('schema', 'too many patterns', 'too many patterns', values)];
  const possible = classes.filter((key) => {
    const { subReading: reading } = comparison;
    if (isEmpty(forms, forms.of(valueRules(sub, key, reading)))) return false;
    if (reading !== 'unaware' || !isNews(sub, wider, key)) return true;
    return isEmpty(forms, forms.of(valueRules(wider, key)));
  });
  const least = Math.max(sub.minProperties, sub.required.size);
  const most = possible.every(({ name }) => name !== undefined) ? possible.length : Infinity;
  if (least < wider.minProperties) {
    found.push(obstacle('minProperties', least, wider.minProperties, values));
  }
  if (Math.min(sub.maxProperties, most) > wider.maxProperties) {
    found.push(obstacle('maxProperties', limit(sub.maxProperties), wider.maxProperties, values));
  }
  for (const key of possible) found.push(...keyObstacles(comparison, sub, wider, key, depth));
  return found;
}

function requiredObstacle({ forms }: Comparison, sub: ObjectShape, key: string): Obstacle {
  const others = namedKeys([sub]).filter((name) => name !== key);
  const values = () =>
    [sub.required, others]
      .map((keys) => baseObject(forms, sub, keys))
      .filter((value) => value !== undefined);
  return { ...obstacle('required', 'optional', 'required', values), path: [key] };
}

/** All keys, those that `propertyNames` lists where it lists them. */
function classesOf(
  { forms }: Comparison,
  sub: ObjectShape,
  wider: ObjectShape,
): KeyClass[] | undefined {
  const classes = keyClasses(sub, wider);
  if (sub.names.length === 0) return classes;
  const names = forms.of(sub.names).filter(({ type }) => type === 'string');
  const listed = names.flatMap((shape) => (shape.kind === 'values' ? shape.values : []));
  if (names.some(({ kind }) => kind !== 'values')) {
    return classes?.filter(
      ({ name }) => name === undefined || admits(forms, sub.names, name) !== false,
    );
  }
  return listed.map((name) => keyNamed(String(name), sub, wider));
}

function keyObstacles(
  comparison: Comparison,
  sub: ObjectShape,
  wider: ObjectShape,
  key: KeyClass,
  depth: number,
): Obstacle[] {
  const { forms, subReading, superReading } = comparison;
  const rules = valueRules(sub, key, subReading);
  const step = key.name ?? '*';
  const lift = (value: unknown) => withKey(comparison, sub, key, value);
  const asked = valueRules(wider, key, superReading);
  if (isEmpty(forms, forms.of(asked))) {
    const [is, isNot] =
      superReading === 'declared' ? ['declared', 'not declared'] : ['accepted', 'refused'];
    const refused = obstacle('property', is, isNot, () => samples(forms, rules));
    return [within(refused, step, lift)];
  }
  const inner = comparison.compareSchemas(rules, asked, depth + 1);
  return [
    ...nameObstacles(comparison, sub, wider, key, depth).map((each) => ({
      ...each,
      values: () => samples(forms, rules).slice(0, 1).flatMap(lift),
    })),
    ...inner.map((each) => within(each, step, lift)),
  ];
}

function nameObstacles(
  { forms, compareSchemas }: Comparison,
  sub: ObjectShape,
  wider: ObjectShape,
  { name }: KeyClass,
  depth: number,
): Obstacle[] {
  if (wider.names.length === 0) return [];
  if (name !== undefined) {
    if (admits(forms, wider.names, name) === true) return [];
    return [{ ...obstacle('propertyNames', 'accepted', 'refused', () => []), path: [name] }];
  }
  return compareSchemas(sub.names, wider.names, depth + 1).map((each) => ({
    ...obstacle('propertyNames', each.sub, each.super, () => []),
    path: ['*'],
  }));
}

/** Objects that have this value at a key of the class. */
function withKey(
  { forms }: Comparison,
  sub: ObjectShape,
  key: KeyClass,
  value: unknown,
): Record<string, unknown>[] {
  const name = key.name ?? inventKey(sub, key);
  if (name === undefined) return [];
  const bases = [baseObject(forms, sub, sub.required), baseObject(forms, sub, namedKeys([sub]))];
  return bases.flatMap((base) =>
    base ? [Object.fromEntries([...Object.entries(base), [name, value]])] : [],
  );
}

/** A key that nobody names and that matches these patterns and no others. */
function inventKey(shape: ObjectShape, { matched }: KeyClass): string | undefined {
  const named = new Set(namedKeys([shape]));
  const all = patternsOf([shape]);
  return [...matched.flatMap(matching), 'other', 'a', 'A', '1', '_']
    .filter((key) => !named.has(key))
    .find((key) => all.every((pattern) => matches(pattern, key) === matched.includes(pattern)));
}
