import { expect, test } from 'vitest';
import { causeOfDeath } from './death.ts';

test.each([
  ['exit', Object.assign(new Error('exit'), { name: 'ExitStatus', status: 7 }), 7, ''],
  ['an abort', new Error('unreachable'), 134, 'Aborted\n'],
  ['a kill', Object.assign(new Error('killed'), { name: 'CellKilled' }), 137, 'Killed\n'],
  ['a trap', new Error('memory access out of bounds'), 139, 'Segmentation fault\n'],
  [
    'a stack overflow',
    new RangeError('Maximum call stack size exceeded'),
    139,
    'Segmentation fault\n',
  ],
])('%s ends a process as a shell would report it', (_, error, returnCode, message) => {
  expect(causeOfDeath(error)).toEqual({ returnCode, message });
});
