import { expect, it } from 'vitest';
import { showDuration } from './show-duration.ts';

it.each([
  [0, '0 ms'],
  [999, '999 ms'],
  [1500, '1.5 s'],
  [60_000, '1 min'],
  [270_000, '4 min 30 s'],
  [119_600, '1 min 59 s'],
  [7_500_000, '2 h 5 min'],
  [2_592_000_000, '30 d'],
])('%d ms reads %s', (ms, said) => {
  expect(showDuration(ms)).toBe(said);
});
