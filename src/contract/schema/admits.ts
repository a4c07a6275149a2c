import { isOfFormat } from './formats.ts';
import { codePoints, jsonType, sameJson, stableText } from './json.ts';
import { keyNamed, valueRules } from './object-rules.ts';
import { matches } from './patterns.ts';
import {
  every,
  not,
  some,
  type Answer,
  type ArrayShape,
  type Form,
  type Forms,
  type NumberShape,
  type ObjectShape,
  type Rest,
  type Shape,
  type StringShape,
} from './shapes.ts';
import type { Conjunction } from './document.ts';
import { itemRules } from './item-rules.ts';

/** Whether a form admits a value. */
export function formAdmits(forms: Forms, form: Form, value: unknown): Answer {
  return some(form, (shape) => shapeAdmits(forms, shape, value));
}

export function admits(forms: Forms, schemas: Conjunction, value: unknown): Answer {
  return every(schemas, (schema) => formAdmits(forms, forms.of([schema]), value));
}

export function shapeAdmits(forms: Forms, shape: Shape, value: unknown): Answer {
  if (jsonType(value) !== shape.type) return false;
  return every(
    [
      () => admitsByKind(forms, shape, value),
      () => every(shape.rest, (rest) => restAdmits(forms, rest, value)),
    ],
    (ask) => ask(),
  );
}

function admitsByKind(forms: Forms, shape: Shape, value: unknown): Answer {
  switch (shape.kind) {
    case 'values':
      return shape.values.some((one) => sameJson(one, value));
    case 'number':
      return typeof value === 'number' && numberAdmits(shape, value);
    case 'string':
      return typeof value === 'string' && stringAdmits(shape, value);
    case 'array':
      return Array.isArray(value) && arrayAdmits(forms, shape, value);
    case 'object':
      return typeof value === 'object' && value !== null && objectAdmits(forms, shape, value);
  }
}

function numberAdmits(shape: NumberShape, value: number): boolean {
  const { minimum, maximum, aboveMinimum, belowMaximum, integer, multiples } = shape;
  return (
    (!integer || Number.isInteger(value)) &&
    (aboveMinimum ? value > minimum : value >= minimum) &&
    (belowMaximum ? value < maximum : value <= maximum) &&
    multiples.every((multiple) => Number.isInteger(value / multiple))
  );
}

function stringAdmits({ minLength, maxLength, patterns, formats }: StringShape, value: string) {
  const length = codePoints(value);
  if (length < minLength || length > maxLength) return false;
  const fits = every(patterns, (pattern) => matches(pattern, value));
  return fits === false ? false : every([fits, formatsAdmit(formats, value)], (answer) => answer);
}

function formatsAdmit(formats: readonly string[], value: string): Answer {
  return every(formats, (format) => isOfFormat(value, format));
}

function arrayAdmits(forms: Forms, shape: ArrayShape, items: readonly unknown[]): Answer {
  if (items.length < shape.minItems || items.length > shape.maxItems) return false;
  if (shape.unique && new Set(items.map(stableText)).size < items.length) return false;
  return every(items.entries(), ([index, item]) => admits(forms, itemRules(shape, index), item));
}

function objectAdmits(forms: Forms, shape: ObjectShape, value: object): Answer {
  const keys = Object.keys(value);
  if (keys.length < shape.minProperties || keys.length > shape.maxProperties) return false;
  for (const key of shape.required) if (!Object.hasOwn(value, key)) return false;
  return every(Object.entries(value), ([key, item]) =>
    every(
      [
        () => admits(forms, shape.names, key),
        () => admits(forms, valueRules(shape, keyNamed(key, shape)), item),
      ],
      (ask) => ask(),
    ),
  );
}

function restAdmits(forms: Forms, rest: Rest, value: unknown): Answer {
  switch (rest.kind) {
    case 'not':
      return not(admits(forms, [rest.not], value));
    case 'if': {
      const holds = admits(forms, [rest.condition], value);
      const yes = admits(forms, rest.ifSo, value);
      const no = admits(forms, rest.ifNot, value);
      if (holds === undefined) return yes === no ? yes : undefined;
      return holds ? yes : no;
    }
    case 'oneOf': {
      const answers = rest.branches.map((branch) => admits(forms, [branch], value));
      if (answers.filter((answer) => answer === true).length > 1) return false;
      return answers.includes(undefined) ? undefined : answers.includes(true);
    }
    case 'contains': {
      const items = Array.isArray(value) ? value : [];
      const answers = items.map((item: unknown) => admits(forms, [rest.node], item));
      const sure = answers.filter((answer) => answer === true).length;
      const possible = answers.filter((answer) => answer !== false).length;
      if (possible < rest.min || sure > rest.max) return false;
      return sure >= rest.min && possible <= rest.max ? true : undefined;
    }
    case 'unknown':
      return undefined;
  }
}
