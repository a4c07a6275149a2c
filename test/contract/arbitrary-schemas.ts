/** Schemas and values out of a small world, so that bounds, keys and words often meet. */
import fc from 'fast-check';

export type Schema = Record<string, unknown> | boolean;

const KEYS = ['a', 'b', 'c'];
const TEXTS = ['', 'a', 'b', 'ab', 'abc', 'bb', '2026-01-31', 'x@y.zz'];
const NUMBERS = [-1, 0, 0.5, 1, 2, 3, 4, 6];

const key = fc.constantFrom(...KEYS);
const bound = fc.constantFrom(...NUMBERS);
const size = fc.constantFrom(0, 1, 2, 3);
const scalar = fc.oneof(
  fc.constantFrom(null, true, false),
  fc.constantFrom(...TEXTS),
  fc.constantFrom(...NUMBERS),
);

/** JSON values. */
export const value: fc.Arbitrary<unknown> = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3, depthSize: 'small' },
    scalar,
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(key, tie('value'), { maxKeys: 3, noNullPrototype: true }),
  ),
})).value;

const optional = <T>(arbitrary: fc.Arbitrary<T>) =>
  fc.option(arbitrary, { nil: undefined, freq: 1 });

/** What is undefined is left out. */
function defined(object: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(object).filter(([, item]) => item !== undefined));
}

const numbers = fc
  .record({
    type: fc.constantFrom('number', 'integer'),
    minimum: optional(bound),
    maximum: optional(bound),
    exclusiveMinimum: optional(bound),
    exclusiveMaximum: optional(bound),
    multipleOf: optional(fc.constantFrom(0.5, 1, 2, 3)),
  })
  .map(defined);

const strings = fc
  .record({
    type: fc.constant('string'),
    minLength: optional(size),
    maxLength: optional(size),
    pattern: optional(fc.constantFrom('^a', 'b$', '^[ab]+$')),
    format: optional(fc.constantFrom('date', 'email', 'no-such-format')),
  })
  .map(defined);

/** Schemas of most keywords that people write, nested a few levels, sometimes recursive through `#`. */
export const schema: fc.Arbitrary<Schema> = fc.letrec<{ schema: Schema; plain: Schema }>((tie) => {
  const inner = tie('schema');
  const deeper = fc.oneof(
    { weight: 9, arbitrary: inner },
    { weight: 1, arbitrary: fc.constant({ $ref: '#' }) },
  );
  const arrays = fc
    .record({
      type: fc.constant('array'),
      items: optional(deeper),
      prefixItems: optional(fc.array(inner, { minLength: 1, maxLength: 2 })),
      minItems: optional(size),
      maxItems: optional(size),
      uniqueItems: optional(fc.boolean()),
      contains: optional(inner),
      minContains: optional(size),
      maxContains: optional(size),
    })
    .map(defined);
  const objects = fc
    .record({
      type: fc.constant('object'),
      properties: optional(fc.dictionary(key, deeper, { maxKeys: 3, noNullPrototype: true })),
      required: optional(fc.uniqueArray(key, { maxLength: 2 })),
      additionalProperties: optional(inner),
      patternProperties: optional(
        fc.dictionary(fc.constantFrom('^a', 'b|c'), inner, { maxKeys: 1, noNullPrototype: true }),
      ),
      propertyNames: optional(
        fc.constantFrom({ enum: ['a', 'b'] }, { pattern: '^[ab]' }, { maxLength: 1 }),
      ),
      minProperties: optional(size),
      maxProperties: optional(size),
      dependentRequired: optional(fc.constantFrom({ a: ['b'] }, { b: ['c'] })),
      dependentSchemas: optional(fc.dictionary(key, inner, { maxKeys: 1, noNullPrototype: true })),
      unevaluatedProperties: optional(fc.oneof(fc.constant(false), inner)),
    })
    .map(defined);
  const combined = fc.oneof(
    fc.record({ anyOf: fc.array(inner, { minLength: 1, maxLength: 3 }) }),
    fc.record({ oneOf: fc.array(inner, { minLength: 1, maxLength: 3 }) }),
    fc.record({ allOf: fc.array(inner, { minLength: 1, maxLength: 2 }) }),
    fc.record({ not: inner }),
    fc
      .array(inner, { minLength: 3, maxLength: 3 })
      .map((parts) =>
        Object.fromEntries(['if', 'then', 'else'].map((word, i) => [word, parts[i]])),
      ),
    fc
      .tuple(tie('plain'), fc.record({ anyOf: fc.array(inner, { minLength: 1, maxLength: 2 }) }))
      .map(([one, other]) => (typeof one === 'boolean' ? other : { ...one, ...other })),
  );
  return {
    plain: fc.oneof(
      { maxDepth: 3, depthSize: 'small' },
      fc.oneof(
        fc.constantFrom<Schema>(true, false, {}),
        fc.constantFrom('null', 'boolean', 'string', 'number', 'integer').map((type) => ({ type })),
        fc.record({ enum: fc.uniqueArray(scalar, { minLength: 1, maxLength: 3 }) }),
        fc.record({ const: scalar }),
        fc.record({
          type: fc.constantFrom('string', 'number'),
          enum: fc.array(scalar, { minLength: 1, maxLength: 3 }),
        }),
        numbers,
        strings,
      ),
      arrays,
      objects,
    ),
    schema: fc.oneof(
      { maxDepth: 3, depthSize: 'small' },
      { weight: 6, arbitrary: tie('plain') },
      { weight: 3, arbitrary: combined },
    ),
  };
}).schema;
