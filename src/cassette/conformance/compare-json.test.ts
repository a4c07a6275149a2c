import { expect, test } from 'vitest';
import { compareJson } from './compare-json.ts';

test('equal values have no differences', () => {
  expect(compareJson({ a: [1, { b: null }] }, { a: [1, { b: null }] })).toEqual([]);
});

test.each([
  [{ a: 1 }, { a: 2 }, { path: 'a', left: 1, right: 2 }],
  [{ a: 1 }, {}, { path: 'a', left: 1, right: undefined }],
  [{ a: null }, {}, { path: 'a', left: null, right: undefined }],
  [{ a: [{ b: 1 }] }, { a: [{ b: '1' }] }, { path: 'a.0.b', left: 1, right: '1' }],
  [{ a: [1] }, { a: { 0: 1 } }, { path: 'a', left: [1], right: { 0: 1 } }],
  [1, undefined, { path: '', left: 1, right: undefined }],
])('%j against %j is told with its path', (left, right, difference) => {
  expect(compareJson(left, right)).toEqual([difference]);
});

test('a key named __proto__ counts', () => {
  const value: unknown = JSON.parse('{"__proto__": 1}');
  expect(compareJson(value, {})).toEqual([{ path: '__proto__', left: 1, right: undefined }]);
});

test('the order of keys counts when asked for', () => {
  const [left, right] = [{ x: { a: 1, b: 2 } }, { x: { b: 2, a: 1 } }];
  expect(compareJson(left, right)).toEqual([]);
  expect(compareJson(left, right, { order: true })).toEqual([
    { path: 'x', left: ['a', 'b'], right: ['b', 'a'], order: true },
  ]);
});
