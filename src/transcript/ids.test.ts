import { expect, test } from 'vitest';
import { createIdSource, type IdKind } from './ids.ts';

const kinds: [IdKind, RegExp][] = [
  ['message', /^msg_01[1-9A-HJ-NP-Za-km-z]{22}$/],
  ['toolUse', /^toolu_01[1-9A-HJ-NP-Za-km-z]{22}$/],
  ['serverToolUse', /^srvtoolu_01[1-9A-HJ-NP-Za-km-z]{22}$/],
  ['container', /^container_01[1-9A-HJ-NP-Za-km-z]{22}$/],
  ['request', /^req_01[1-9A-HJ-NP-Za-km-z]{22}$/],
];

test.each(kinds)('a %s id has the shape of the API', (kind, shape) => {
  expect(createIdSource('seed', 'session')(kind)).toMatch(shape);
});

test('the n-th id of a kind depends on the seed and the session alone', () => {
  const first = createIdSource('seed', 'session');
  const second = createIdSource('seed', 'session');
  second('container');
  expect([first('toolUse'), first('toolUse')]).toEqual([second('toolUse'), second('toolUse')]);
});

test('another seed, another session and another count give another id', () => {
  const source = createIdSource('seed', 'session');
  const ids = [
    source('message'),
    source('message'),
    createIdSource('seed', 'other')('message'),
    createIdSource('other', 'session')('message'),
  ];
  expect(new Set(ids).size).toBe(4);
});
