import { shapeAdmits } from './admits.ts';
import { itemPlaces, itemRules } from './item-rules.ts';
import { keyNamed, valueRules } from './object-rules.ts';
import {
  type ArrayShape,
  type Form,
  type Forms,
  type NumberShape,
  type ObjectShape,
  type Shape,
  type StringShape,
} from './shapes.ts';

/** The values that both forms admit. Shapes that are surely empty are left out. */
export function intersect(forms: Forms, a: Form, b: Form): Form {
  return a.flatMap((one) => b.flatMap((other) => intersectShapes(forms, one, other) ?? []));
}

function intersectShapes(forms: Forms, a: Shape, b: Shape): Shape | undefined {
  if (a.type !== b.type) return undefined;
  const rest = unique([...a.rest, ...b.rest], ({ text }) => text);
  if (a.kind === 'values') return keepValues(forms, a.values, b, { ...a, rest });
  if (b.kind === 'values') return keepValues(forms, b.values, a, { ...b, rest });
  const both = bothOf(a, b);
  return both && orEmpty({ ...both, rest });
}

function bothOf(a: Shape, b: Shape): Shape | undefined {
  if (a.kind === 'number' && b.kind === 'number') return bothNumbers(a, b);
  if (a.kind === 'string' && b.kind === 'string') return bothStrings(a, b);
  if (a.kind === 'array' && b.kind === 'array') return bothArrays(a, b);
  if (a.kind === 'object' && b.kind === 'object') return bothObjects(a, b);
  return undefined;
}

function keepValues(
  forms: Forms,
  values: readonly unknown[],
  other: Shape,
  shape: Shape & { kind: 'values' },
): Shape | undefined {
  const answers = values.map((value) => shapeAdmits(forms, other, value));
  const kept = values.filter((_, i) => answers[i] !== false);
  if (kept.length === 0) return undefined;
  // What cannot be told of a value here cannot be told later either.
  const unsure = answers.includes(undefined)
    ? [{ kind: 'unknown', text: `some of ${JSON.stringify(kept)}` } as const]
    : [];
  return { ...shape, values: kept, rest: [...shape.rest, ...unsure] };
}

function bothNumbers(a: NumberShape, b: NumberShape): NumberShape {
  const minimum = Math.max(a.minimum, b.minimum);
  const maximum = Math.min(a.maximum, b.maximum);
  const at = (bound: 'minimum' | 'maximum', value: number, flag: 'aboveMinimum' | 'belowMaximum') =>
    [a, b].some((shape) => shape[bound] === value && shape[flag]);
  return {
    ...a,
    integer: a.integer || b.integer,
    minimum,
    maximum,
    aboveMinimum: at('minimum', minimum, 'aboveMinimum'),
    belowMaximum: at('maximum', maximum, 'belowMaximum'),
    multiples: unique([...a.multiples, ...b.multiples]),
  };
}

function bothStrings(a: StringShape, b: StringShape): StringShape {
  return {
    ...a,
    minLength: Math.max(a.minLength, b.minLength),
    maxLength: Math.min(a.maxLength, b.maxLength),
    patterns: unique([...a.patterns, ...b.patterns]),
    formats: unique([...a.formats, ...b.formats]),
  };
}

function bothArrays(a: ArrayShape, b: ArrayShape): ArrayShape {
  return {
    ...a,
    minItems: Math.max(a.minItems, b.minItems),
    maxItems: Math.min(a.maxItems, b.maxItems),
    unique: a.unique || b.unique,
    rules: [...a.rules, ...b.rules],
  };
}

function bothObjects(a: ObjectShape, b: ObjectShape): ObjectShape {
  return {
    ...a,
    required: new Set([...a.required, ...b.required]),
    minProperties: Math.max(a.minProperties, b.minProperties),
    maxProperties: Math.min(a.maxProperties, b.maxProperties),
    names: unique([...a.names, ...b.names]),
    rules: [...a.rules, ...b.rules],
  };
}

/** The shape, unless its bounds leave nothing. */
function orEmpty(shape: Shape): Shape | undefined {
  if (shape.kind === 'number') {
    const { minimum, maximum, aboveMinimum, belowMaximum } = shape;
    const open = aboveMinimum || belowMaximum;
    return minimum < maximum || (minimum === maximum && !open) ? shape : undefined;
  }
  if (shape.kind === 'string') return shape.minLength <= shape.maxLength ? shape : undefined;
  if (shape.kind === 'array') return shape.minItems <= shape.maxItems ? shape : undefined;
  if (shape.kind === 'object') {
    return Math.max(shape.minProperties, shape.required.size) <= shape.maxProperties
      ? shape
      : undefined;
  }
  return shape;
}

const DEPTH_LIMIT = 8;

/** Whether a form surely admits nothing. Looks into objects and arrays, down to a few levels. */
export function isEmpty(forms: Forms, form: Form, depth = 0): boolean {
  return form.every((shape) => isEmptyShape(forms, shape, depth));
}

function isEmptyShape(forms: Forms, shape: Shape, depth: number): boolean {
  if (orEmpty(shape) === undefined) return true;
  if (depth === DEPTH_LIMIT) return false;
  if (shape.kind === 'object') {
    return [...shape.required].some((key) => {
      const rules = valueRules(shape, keyNamed(key, shape));
      return isEmpty(forms, forms.of(rules), depth + 1);
    });
  }
  if (shape.kind !== 'array') return false;
  return itemPlaces(shape).some(
    (index) =>
      index < shape.minItems && isEmpty(forms, forms.of(itemRules(shape, index)), depth + 1),
  );
}

/** Whether no value can be of both forms, as far as can be told. */
export function areDisjoint(forms: Forms, a: Form, b: Form): boolean {
  return isEmpty(forms, intersect(forms, a, b));
}

function unique<T>(items: readonly T[], key: (item: T) => unknown = (item) => item): T[] {
  const seen = new Map<unknown, T>();
  for (const item of items) if (!seen.has(key(item))) seen.set(key(item), item);
  return [...seen.values()];
}
