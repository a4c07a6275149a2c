import { expect, test } from 'vitest';
import { fillRandom, seedRandom } from './random-stream.ts';

function stream(seed: string, length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  fillRandom(seedRandom(seed), bytes);
  return bytes;
}

test('a seed gives the same bytes for ever', () => {
  expect(Buffer.from(stream('seed', 12)).toString('hex')).toMatchInlineSnapshot(
    `"8d2c05f0f1064b2e75482a85"`,
  );
});

test('different seeds give different bytes', () => {
  const seeds = ['', 'a', 'b', 'aa', 'ab', 'ba', 'seed', 'seed#1'];
  const streams = seeds.map((seed) => Buffer.from(stream(seed, 16)).toString('hex'));
  expect(new Set(streams).size).toBe(seeds.length);
});

test('bytes are spread evenly', () => {
  const counts = Array.from({ length: 256 }, () => 0);
  for (const byte of stream('even', 256 * 400)) counts[byte] = (counts[byte] ?? 0) + 1;
  expect(Math.min(...counts)).toBeGreaterThan(300);
  expect(Math.max(...counts)).toBeLessThan(500);
});

test('the state goes on where it was copied', () => {
  const state = seedRandom('seed');
  fillRandom(state, new Uint8Array(8));
  const [a, b] = [new Uint8Array(8), new Uint8Array(8)];
  fillRandom(state.slice(), a);
  fillRandom(state, b);
  expect(a).toEqual(b);
});
