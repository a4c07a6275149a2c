/** Versions of schemas whose relation is known, in the keywords people use. */
import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect, test } from 'vitest';
import { compareSchemas } from './compare-schemas.ts';
import type { JsonSchema } from './schema/document.ts';

const text = { type: 'string' };
const number = { type: 'number' };
const object = (properties: object, required = Object.keys(properties)) => ({
  type: 'object',
  properties,
  required,
});
const kinds = (k: string, value: object) => object({ k: { const: k }, value });
/** An object whose `a` decides: what is asked where it is `x`, and where not. */
const ifX = (...asked: object[]) => ({
  ...object({ a: { enum: ['x', 'y'] }, b: text, c: text }, []),
  if: { properties: { a: { const: 'x' } }, required: ['a'] },
  ...Object.fromEntries(['then', 'else'].map((keyword, i) => [keyword, asked[i] ?? true])),
});
const needs = (...required: string[]) => ({ required });
const oneOfTwo = (...keys: string[]) => keys.map((key) => needs(key));
const based = (own: object, base: object) => ({
  allOf: [{ $ref: '#/$defs/base' }],
  properties: own,
  unevaluatedProperties: false,
  $defs: { base },
});
const list = (more: object) => ({ type: 'array', items: number, ...more });
const tree = (node: object) => ({ $ref: '#/$defs/node', $defs: { node } });
const expression = (ops: string[], ...leaves: object[]) => {
  const side = { $ref: '#/$defs/e' };
  const operation = object({ op: { enum: ops }, l: side, r: side });
  return { $ref: '#/$defs/e', $defs: { e: { anyOf: [...leaves, operation] } } };
};

const WIDER: Record<string, [JsonSchema, JsonSchema]> = {
  'a value more': [{ enum: ['x', 'y'] }, { enum: ['y', 'x', 'z'] }],
  'any text for a few': [{ enum: ['x', 'y'] }, text],
  'a text or null, in other words': [
    { type: ['string', 'null'] },
    { anyOf: [text, { type: 'null' }] },
  ],
  'any of for one of': [{ oneOf: [text, number] }, { anyOf: [text, number] }],
  'one of, where no two hold': [{ anyOf: [text, number] }, { oneOf: [text, number] }],
  'integers above 0': [
    { type: 'integer', exclusiveMinimum: 0 },
    { type: 'number', minimum: 1, multipleOf: 1 },
  ],
  'finer steps': [
    { ...number, multipleOf: 0.5 },
    { ...number, multipleOf: 0.25 },
  ],
  'one kind more': [
    { oneOf: [kinds('a', text), kinds('b', number)] },
    { oneOf: [kinds('a', text), kinds('b', number), kinds('c', {})] },
  ],
  'kinds that are told apart no longer': [
    { oneOf: [kinds('a', text), kinds('b', text)] },
    object({ k: { enum: ['a', 'b'] }, value: text }),
  ],
  'kinds that are told apart now': [
    object({ k: { enum: ['a', 'b'] }, value: text }),
    { oneOf: [kinds('a', text), kinds('b', text)] },
  ],
  'a condition that goes': [
    ifX(needs('b')),
    object({ a: { enum: ['x', 'y'] }, b: text, c: text }, []),
  ],
  'a condition that asks for less': [ifX(needs('b', 'c')), ifX(needs('b'))],
  'an else that asks for less': [ifX({}, needs('b', 'c')), ifX({}, needs('c'))],
  'a key more beside a condition': [
    ifX(needs('b')),
    { ...ifX(needs('b')), properties: { a: text, b: text, c: text, d: text } },
  ],
  'a key that depends on fewer': [
    { ...object({ a: text, b: text, c: text }, []), dependentRequired: { a: ['b', 'c'] } },
    { ...object({ a: text, b: text, c: text }, []), dependentRequired: { a: ['b'] } },
  ],
  'a dependent key that is required anyway': [
    object({ a: text, b: text }),
    { ...object({ a: text, b: text }, []), dependentRequired: { a: ['b'] } },
  ],
  'a dependent schema that asks for less': [
    {
      ...object({ a: text, b: text }, []),
      dependentSchemas: { a: object({ b: { minLength: 2 } }) },
    },
    {
      ...object({ a: text, b: text }, []),
      dependentSchemas: { a: object({ b: { minLength: 1 } }, []) },
    },
  ],
  'any key for keys of a pattern': [
    { type: 'object', patternProperties: { '^x-': text }, additionalProperties: false },
    { type: 'object', additionalProperties: text },
  ],
  'names that may be longer': [
    { type: 'object', propertyNames: { pattern: '^[a-z]+$', maxLength: 3 } },
    { type: 'object', propertyNames: { pattern: '^[a-z]+$' } },
  ],
  'names that are listed as keys': [
    { type: 'object', propertyNames: { enum: ['a', 'b'] }, additionalProperties: number },
    { type: 'object', properties: { a: number, b: number }, additionalProperties: false },
  ],
  'a key more where others are not evaluated': [
    based({ b: text }, object({ a: text })),
    based({ b: text, c: text }, object({ a: text })),
  ],
  'a base that takes more': [
    based({ b: text }, object({ a: { enum: ['x'] } })),
    based({ b: text }, object({ a: { enum: ['x', 'y'] } })),
  ],
  'unevaluated for additional': [
    { ...object({ a: text }), additionalProperties: false },
    { ...object({ a: text }), unevaluatedProperties: false },
  ],
  'additional for unevaluated': [
    { ...object({ a: text }), unevaluatedProperties: false },
    { ...object({ a: text }), additionalProperties: false },
  ],
  'a longer tuple': [
    { type: 'array', prefixItems: [text, number], items: false, minItems: 2 },
    { type: 'array', prefixItems: [text, number, text], items: false, minItems: 2 },
  ],
  'a list for a tuple': [
    { type: 'array', prefixItems: [text, text], items: false },
    { type: 'array', items: text },
  ],
  'a list that has to contain less': [
    list({ contains: { minimum: 5 }, minContains: 2, maxContains: 3 }),
    list({ contains: { minimum: 5 }, minContains: 1, maxContains: 4 }),
  ],
  'a list that has to contain anything': [
    list({ contains: { minimum: 5 } }),
    list({ contains: { minimum: 3 } }),
  ],
  'a list whose items are all contained': [
    list({ items: { type: 'integer', minimum: 5 }, minItems: 1 }),
    list({ contains: { minimum: 3 } }),
  ],
  'a tree with a key more': [
    tree(object({ v: text, next: { $ref: '#/$defs/node' } }, ['v'])),
    tree(object({ v: text, next: { $ref: '#/$defs/node' }, w: number }, ['v'])),
  ],
  'expressions with an operator and a leaf more': [
    expression(['+'], number),
    expression(['+', '-'], number, text),
  ],
  'less that is refused': [
    { ...text, not: { enum: ['x', 'y'] } },
    { ...text, not: { const: 'x' } },
  ],
  'a smaller range that is refused': [
    { ...number, not: { minimum: 5 } },
    { ...number, not: { minimum: 7 } },
  ],
  'parts that are one now': [
    { allOf: [object({ a: text }), object({ b: number })] },
    object({ a: text, b: number }),
  ],
  'a whole that is in parts now': [
    object({ a: text, b: number }),
    { allOf: [object({ a: text }), object({ b: number })] },
  ],
  'keys of which one will do': [
    { ...object({ a: text, b: text }, []), oneOf: oneOfTwo('a', 'b') },
    { ...object({ a: text, b: text }, []), anyOf: oneOfTwo('a', 'b') },
  ],
  'keys as many as are required': [
    object({ a: text, b: text }),
    { ...object({ a: text, b: text }, []), minProperties: 2 },
  ],
  'not empty, which the pattern says': [
    { ...text, pattern: '^[A-Z]{3}-\\d+$' },
    { ...text, minLength: 1 },
  ],
  'not empty, which the format says': [
    { ...text, format: 'date' },
    { ...text, minLength: 1 },
  ],
  'values that fit the pattern': [{ enum: ['aa', 'ab'] }, { ...text, pattern: '^a' }],
  'a definition by its anchor': [{ $ref: '#n', $defs: { n: { $anchor: 'n', ...text } } }, text],
  'a definition by its dynamic anchor': [
    { $dynamicRef: '#n', $defs: { n: { $dynamicAnchor: 'n', ...text } } },
    text,
  ],
  'an optional key, where there was none': [
    { type: 'object', properties: {} },
    object({ day: text }, []),
  ],
};

test.each(Object.entries(WIDER))('what takes more is compatible: %s', (_, [before, after]) => {
  expect(breakingIn('input', before, after)).toEqual([]);
});

test.each(Object.entries(WIDER))('what returns less is compatible: %s', (_, [before, after]) => {
  expect(breakingIn('output', after, before)).toEqual([]);
});

function breakingIn(side: 'input' | 'output', before: JsonSchema, after: JsonSchema): object[] {
  return compareSchemas(side, before, after).filter(
    ({ kind }) => kind === 'breaking' || kind === 'unknown',
  );
}

test('arguments that nobody declared may have been sent: refusing them breaks', () => {
  const before = object({ a: text });
  const after = { ...before, additionalProperties: false };
  expect(compareSchemas('input', before, after)).toMatchObject([
    { kind: 'breaking', rule: 'input.property.narrowed', path: '/*' },
  ]);
  // Readers do not trip over a key too many.
  expect(breakingIn('output', after, before)).toEqual([]);
});

test('a reference that leads back to itself is not followed', () => {
  const circle = { anyOf: [{ type: 'null' }, { $ref: '#' }] };
  expect(compareSchemas('input', circle, text)).toEqual([
    {
      kind: 'unknown',
      rule: 'input.schema.narrowed',
      path: '',
      message: 'a reference leads back to itself',
    },
  ]);
});

test('a reference that leads nowhere, or below an identifier of its own, is not guessed', () => {
  const inner = { $id: 'https://example.com/n', $ref: '#/$defs/n', $defs: { n: text } };
  for (const before of [{ $ref: '#none' }, { properties: { n: inner }, $defs: { n: number } }]) {
    expect(compareSchemas('input', before, { properties: { n: number } })).toContainEqual(
      expect.objectContaining({ kind: 'unknown' }),
    );
  }
});

test('a witness is one for ajv as it is by default, too', () => {
  const ajv = new Ajv2020({ strict: false });
  const before = { type: 'array', items: number };
  const after = { type: 'array', prefixItems: [number], contains: { const: 7 }, maxItems: 3 };
  const [valid, invalid] = [ajv.compile(before), ajv.compile(after)];
  const found = compareSchemas('input', before, after).filter(({ kind }) => kind === 'breaking');
  expect(found.length).toBeGreaterThan(0);
  for (const { witness } of found) {
    expect([valid(witness), invalid(witness)]).toEqual([true, false]);
  }
});

test('values that ajv cannot judge are no witnesses', () => {
  const value = { toString: 1 };
  const before = { type: 'array', items: { const: value } };
  expect(() =>
    compareSchemas('input', before, { ...before, uniqueItems: true }, { seen: [[value, value]] }),
  ).not.toThrow();
});
