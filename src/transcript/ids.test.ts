import { expect, test } from 'vitest';
import { type IdKind, IdSource } from './ids.ts';

const kinds: [IdKind, RegExp][] = [
  ['message', /^msg_01[1-9A-HJ-NP-Za-km-z]{22}$/],
  ['toolUse', /^toolu_01[1-9A-HJ-NP-Za-km-z]{22}$/],
  ['serverToolUse', /^srvtoolu_01[1-9A-HJ-NP-Za-km-z]{22}$/],
  ['container', /^container_01[1-9A-HJ-NP-Za-km-z]{22}$/],
  ['request', /^req_01[1-9A-HJ-NP-Za-km-z]{22}$/],
];

test.each(kinds)('a %s id has the shape of the API', (kind, shape) => {
  expect(new IdSource('seed', 'session').next(kind)).toMatch(shape);
});

test('the n-th id of a kind depends on the seed and the session alone', () => {
  const first = new IdSource('seed', 'session');
  const second = new IdSource('seed', 'session');
  second.next('container');
  expect([first.next('toolUse'), first.next('toolUse')]).toEqual([
    second.next('toolUse'),
    second.next('toolUse'),
  ]);
});

test('another seed, another session and another count give another id', () => {
  const source = new IdSource('seed', 'session');
  const ids = [
    source.next('message'),
    source.next('message'),
    new IdSource('seed', 'other').next('message'),
    new IdSource('other', 'session').next('message'),
  ];
  expect(new Set(ids).size).toBe(4);
});
