import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { differences } from './differences.ts';

test('every difference has a path, and a side that is not there is left out', () => {
  const found = differences(
    { sku: 'A', rows: [{ units: 3 }, { units: 4 }], gone: 1, 'a b': null },
    { sku: 'B', rows: [{ units: 3 }, { units: 5 }, {}], 'a b': {}, extra: [] },
  );
  expect(found).toEqual([
    { path: '$.sku', expected: 'A', actual: 'B' },
    { path: '$.rows[1].units', expected: 4, actual: 5 },
    { path: '$.rows[2]', actual: {} },
    { path: '$.gone', expected: 1 },
    { path: '$["a b"]', expected: null, actual: {} },
    { path: '$.extra', actual: [] },
  ]);
});

test('a key every object inherits is a key like any other', () => {
  expect(differences({}, { toString: 'x' })).toEqual([{ path: '$.toString', actual: 'x' }]);
  expect(differences({ constructor: 1 }, {})).toEqual([{ path: '$.constructor', expected: 1 }]);
});

test('a list is not an object with the same keys', () => {
  expect(differences({ a: ['x'] }, { a: { 0: 'x' } })).toHaveLength(1);
});

test('two zeros that JSON writes the same are equal', () => {
  expect(differences({ a: -0 }, { a: 0 })).toEqual([]);
});

const json = fc
  .dictionary(fc.constantFrom('a', 'b', '__proto__', 'toString'), fc.jsonValue({ maxDepth: 2 }))
  .map((value): Record<string, unknown> => JSON.parse(JSON.stringify(value)));

test('there are no differences exactly when two values are equal', () => {
  fc.assert(
    fc.property(json, json, (a, b) => {
      const [left, right] = [JSON.parse(JSON.stringify(a)), JSON.parse(JSON.stringify(b))];
      expect(differences(a, b).length === 0).toBe(isDeepStrictEqual(left, right));
      expect(differences(a, structuredClone(a))).toEqual([]);
    }),
  );
});
