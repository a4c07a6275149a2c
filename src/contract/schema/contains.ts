import { shapeAdmits } from './admits.ts';
import { arrayObstacles } from './array-obstacles.ts';
import { obstacle, type Comparison } from './comparison.ts';
import { openDocument, type Conjunction } from './document.ts';
import { createForms } from './forms.ts';
import { isEmpty } from './intersect.ts';
import { keyNamed, valueRules, type Reading } from './object-rules.ts';
import { objectObstacles } from './object-obstacles.ts';
import type { Obstacle } from './obstacle.ts';
import { restObstacles } from './rest-obstacles.ts';
import { shapeSamples } from './samples.ts';
import { numberObstacles, stringObstacles } from './scalar-obstacles.ts';
import type { Form, Forms, ObjectShape, Shape, ValuesShape } from './shapes.ts';

export interface ContainsOptions {
  readonly forms?: Forms | undefined;
  /** How the narrower schema is read. Default: `plain`. */
  readonly sub?: Reading | undefined;
  /** How the wider one is read. Default: `plain`. */
  readonly super?: Reading | undefined;
  /** How many comparisons may start within each other to settle what shapes do not express. */
  readonly nested?: number | undefined;
}

const NESTED_LIMIT = 3;

/** How many comparisons of two schemas are made before the rest is left as not known. */
const COMPARISONS_LIMIT = 5000;

/**
 * What may keep every value of one schema from being a value of another. None: each value that `sub` admits is
 * admitted by `wider`, for sure. Some: there may be a value that is not, and each obstacle has guesses at one.
 */
export function obstacles(
  sub: Conjunction,
  wider: Conjunction,
  options: ContainsOptions = {},
): Obstacle[] {
  const {
    forms = createForms(),
    sub: subReading = 'plain',
    super: superReading = 'plain',
    nested = NESTED_LIMIT,
  } = options;
  const inProgress = new Map<string, number>();
  let left = COMPARISONS_LIMIT;
  const comparison: Comparison = {
    forms,
    subReading,
    superReading,
    compareSchemas,
    compareForms,
    isWithin: (sub, wider) =>
      nested > 0 && obstacles(sub, wider, { forms, nested: nested - 1 }).length === 0,
  };
  return compareSchemas(sub, wider, 0);

  /**
   * A comparison that leads back to itself, further down in the values, holds when all else does: a value that broke it
   * would be the last one to do so at some depth.
   */
  function compareSchemas(sub: Conjunction, wider: Conjunction, depth: number): Obstacle[] {
    if (sub.length > 0 && wider.every((node) => sub.includes(node))) return [];
    const key = [sub, wider].map((nodes) => nodes.map(({ id }) => id).join()).join('|');
    const since = inProgress.get(key);
    if (since !== undefined && since < depth) return [];
    if (since !== undefined || left-- <= 0) return [tooMuch];
    inProgress.set(key, depth);
    const found = compareForms(forms.of(sub), forms.of(wider), depth);
    inProgress.delete(key);
    return found;
  }

  function compareForms(sub: Form, wider: Form, depth: number): Obstacle[] {
    const types = new Set(sub.map(({ type }) => type));
    return [...types].flatMap((type) => {
      const ofType = sub.filter((shape) => shape.type === type && !isEmpty(forms, [shape]));
      const targets = wider.filter((shape) => shape.type === type);
      if (ofType.length === 0) return [];
      if (targets.length === 0) return [typeObstacle(forms, sub, ofType, wider)];
      return ofType.flatMap((shape) => shapeObstacles(shape, targets, depth));
    });
  }

  function shapeObstacles(shape: Shape, targets: readonly Shape[], depth: number): Obstacle[] {
    if (shape.kind === 'values') return valuesObstacles(forms, shape, targets);
    const whole = fewest(targets.map((target) => pairObstacles(shape, target, depth)));
    if (whole.length === 0 || shape.kind !== 'object') return whole;
    const parts = splitObject(forms, shape);
    if (parts.length === 0) return whole;
    return parts.flatMap((part) =>
      fewest(targets.map((target) => pairObstacles(part, target, depth))),
    );
  }

  function pairObstacles(sub: Shape, wider: Shape, depth: number): Obstacle[] {
    return [
      ...kindObstacles(sub, wider, depth),
      ...wider.rest.flatMap((rest) => restObstacles(comparison, sub, rest, depth)),
    ];
  }

  function kindObstacles(sub: Shape, wider: Shape, depth: number): Obstacle[] {
    if (wider.kind === 'values') {
      const values = () => shapeSamples(forms, sub, wider);
      return [obstacle('enum', 'any', listed(wider.values), values)];
    }
    if (sub.kind === 'number' && wider.kind === 'number') return numberObstacles(forms, sub, wider);
    if (sub.kind === 'string' && wider.kind === 'string') return stringObstacles(forms, sub, wider);
    if (sub.kind === 'array' && wider.kind === 'array') {
      return arrayObstacles(comparison, sub, wider, depth);
    }
    if (sub.kind === 'object' && wider.kind === 'object') {
      return objectObstacles(comparison, sub, wider, depth);
    }
    return [tooMuch];
  }
}

const tooMuch: Obstacle = {
  rule: 'schema',
  path: [],
  sub: 'too much to look through',
  super: 'too much to look through',
  values: () => [],
};

function typeObstacle(forms: Forms, sub: Form, lost: Form, wider: Form): Obstacle {
  const values = () => lost.flatMap((shape) => shapeSamples(forms, shape));
  return obstacle('type', typesOf(sub), typesOf(wider), values);
}

function typesOf(form: Form): string {
  return [...new Set(form.map(({ type }) => type))].join(' or ') || 'nothing';
}

/** Values are looked at one by one. */
function valuesObstacles(forms: Forms, shape: ValuesShape, targets: readonly Shape[]): Obstacle[] {
  const lost = shape.values.filter(
    (value) => !targets.some((target) => shapeAdmits(forms, target, value) === true),
  );
  if (lost.length === 0) return [];
  const kept = targets.flatMap((target) =>
    target.kind === 'values' ? target.values : [`other ${target.type}s`],
  );
  return [obstacle('enum', listed(shape.values), listed(kept), () => lost)];
}

function listed(values: readonly unknown[]): string {
  return values.map((value) => JSON.stringify(value)).join(', ');
}

function fewest(attempts: readonly Obstacle[][]): Obstacle[] {
  return attempts.reduce((best, attempt) => (attempt.length < best.length ? attempt : best));
}

const PARTS_LIMIT = 32;

/** The object once for each value of a required key that has only a few, as a union's discriminator. */
function splitObject(forms: Forms, shape: ObjectShape): ObjectShape[] {
  for (const key of shape.required) {
    const form = forms.of(valueRules(shape, keyNamed(key, shape)));
    const values = form.flatMap((part) => (part.kind === 'values' ? part.values : []));
    if (values.length < 2 || values.length > PARTS_LIMIT) continue;
    if (form.some(({ kind }) => kind !== 'values')) continue;
    return values.map((value) => {
      const only = openDocument({ const: value }).root;
      const rule = { properties: new Map([[key, only]]), patterns: new Map() };
      return { ...shape, rules: [...shape.rules, rule] };
    });
  }
  return [];
}
