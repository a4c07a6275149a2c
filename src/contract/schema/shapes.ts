import { JSON_TYPES, jsonType, type JsonType } from './json.ts';
import type { Conjunction, SchemaNode } from './document.ts';

/**
 * The canonical form of schemas: a union of shapes, each of values of one JSON type. A union of none admits nothing.
 * What a shape cannot express is kept beside it, as its `rest`.
 */
export type Form = readonly Shape[];
export type Shape = ValuesShape | NumberShape | StringShape | ArrayShape | ObjectShape;

interface Restricted {
  /** What else the values have to satisfy. */
  readonly rest: readonly Rest[];
}

/** One of a few values, all of one type. `null` and booleans come in no other shape. */
export interface ValuesShape extends Restricted {
  readonly kind: 'values';
  readonly type: JsonType;
  readonly values: readonly unknown[];
}

/** Bounds are -Infinity and Infinity where there are none. */
export interface NumberShape extends Restricted {
  readonly kind: 'number';
  readonly type: 'number';
  readonly integer: boolean;
  readonly minimum: number;
  readonly maximum: number;
  /** Whether the bound itself is out. */
  readonly aboveMinimum: boolean;
  readonly belowMaximum: boolean;
  readonly multiples: readonly number[];
}

/** Lengths are in code points. */
export interface StringShape extends Restricted {
  readonly kind: 'string';
  readonly type: 'string';
  readonly minLength: number;
  readonly maxLength: number;
  readonly patterns: readonly string[];
  readonly formats: readonly string[];
}

export interface ArrayShape extends Restricted {
  readonly kind: 'array';
  readonly type: 'array';
  readonly minItems: number;
  readonly maxItems: number;
  readonly unique: boolean;
  /** An item has to satisfy what each of these says of its place. */
  readonly rules: readonly ItemRules[];
}

/** `prefixItems` and `items` of one schema. */
export interface ItemRules {
  readonly prefix: readonly SchemaNode[];
  readonly items?: SchemaNode | undefined;
}

export interface ObjectShape extends Restricted {
  readonly kind: 'object';
  readonly type: 'object';
  readonly required: ReadonlySet<string>;
  readonly minProperties: number;
  readonly maxProperties: number;
  /** What keys have to satisfy, as strings. */
  readonly names: Conjunction;
  /** A property has to satisfy what each of these says of its key. */
  readonly rules: readonly PropertyRules[];
}

/** `properties`, `patternProperties` and `additionalProperties` of one schema. */
export interface PropertyRules {
  readonly properties: ReadonlyMap<string, SchemaNode>;
  readonly patterns: ReadonlyMap<string, SchemaNode>;
  readonly additional?: SchemaNode | undefined;
}

/** What shapes do not express. `text` is the same for two that mean the same. */
export type Rest =
  | { readonly kind: 'not'; readonly text: string; readonly not: SchemaNode }
  | {
      readonly kind: 'if';
      readonly text: string;
      readonly condition: SchemaNode;
      readonly ifSo: Conjunction;
      readonly ifNot: Conjunction;
    }
  | { readonly kind: 'oneOf'; readonly text: string; readonly branches: readonly SchemaNode[] }
  | {
      readonly kind: 'contains';
      readonly text: string;
      readonly node: SchemaNode;
      readonly min: number;
      readonly max: number;
    }
  /** Something this code does not understand. */
  | { readonly kind: 'unknown'; readonly text: string };

const none: readonly never[] = [];

/** The shapes of a finite set of values. */
export function valuesForm(values: readonly unknown[]): Form {
  return JSON_TYPES.flatMap((type): Shape[] => {
    const ofType = values.filter((value) => jsonType(value) === type);
    return ofType.length === 0 ? [] : [{ kind: 'values', type, values: ofType, rest: none }];
  });
}

export const ANY_NUMBER: NumberShape = {
  kind: 'number',
  type: 'number',
  integer: false,
  minimum: -Infinity,
  maximum: Infinity,
  aboveMinimum: false,
  belowMaximum: false,
  multiples: none,
  rest: none,
};
export const ANY_STRING: StringShape = {
  kind: 'string',
  type: 'string',
  minLength: 0,
  maxLength: Infinity,
  patterns: none,
  formats: none,
  rest: none,
};
export const ANY_ARRAY: ArrayShape = {
  kind: 'array',
  type: 'array',
  minItems: 0,
  maxItems: Infinity,
  unique: false,
  rules: none,
  rest: none,
};
export const ANY_OBJECT: ObjectShape = {
  kind: 'object',
  type: 'object',
  required: new Set(),
  minProperties: 0,
  maxProperties: Infinity,
  names: none,
  rules: none,
  rest: none,
};

/** The form of what admits every value. */
export const ANYTHING: Form = [
  ...valuesForm([null]),
  ...valuesForm([false, true]),
  ANY_NUMBER,
  ANY_STRING,
  ANY_ARRAY,
  ANY_OBJECT,
];

/** Whether a shape says nothing but its type. */
export function isUnrestricted(shape: Shape): boolean {
  if (shape.rest.length > 0) return false;
  switch (shape.kind) {
    case 'values':
      return false;
    case 'number':
      return (
        !shape.integer &&
        shape.minimum === -Infinity &&
        shape.maximum === Infinity &&
        shape.multiples.length === 0
      );
    case 'string':
      return (
        shape.minLength === 0 &&
        shape.maxLength === Infinity &&
        shape.patterns.length + shape.formats.length === 0
      );
    case 'array':
      return (
        shape.minItems === 0 &&
        shape.maxItems === Infinity &&
        !shape.unique &&
        shape.rules.length === 0
      );
    case 'object':
      return (
        shape.minProperties === 0 &&
        shape.maxProperties === Infinity &&
        shape.required.size + shape.names.length + shape.rules.length === 0
      );
  }
}

/** Reads schemas into their canonical forms, each once. */
export interface Forms {
  of(schemas: Conjunction): Form;
}

/** Yes, no, or undefined: cannot tell. */
export type Answer = boolean | undefined;

/** Yes when all are, no when one is not. */
export function every<T>(items: Iterable<T>, ask: (item: T) => Answer): Answer {
  let answer: Answer = true;
  for (const item of items) {
    const one = ask(item);
    if (one === false) return false;
    if (one === undefined) answer = undefined;
  }
  return answer;
}

/** Yes when one is, no when none is. */
export function some<T>(items: Iterable<T>, ask: (item: T) => Answer): Answer {
  return not(every(items, (item) => not(ask(item))));
}

export function not(answer: Answer): Answer {
  return answer === undefined ? undefined : !answer;
}
