import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createNumberSource } from './seeded-numbers.ts';

const draws = (seed: string): number[] => {
  const numbers = createNumberSource(seed);
  return Array.from({ length: 12 }, () => numbers.between(0, 99));
};

test('the numbers of a seed are these, in every release', () => {
  expect(draws('seed')).toMatchInlineSnapshot(`
    [
      28,
      87,
      37,
      47,
      31,
      36,
      42,
      77,
      90,
      83,
      68,
      71,
    ]
  `);
});

test('another seed gives other numbers', () => {
  expect(draws('other')).not.toEqual(draws('seed'));
});

test('every number lies in its range', () => {
  fc.assert(
    fc.property(fc.string(), fc.integer(), fc.nat({ max: 1000 }), (seed, min, span) => {
      const number = createNumberSource(seed).between(min, min + span);
      expect(number).toBeGreaterThanOrEqual(min);
      expect(number).toBeLessThanOrEqual(min + span);
    }),
  );
});

test('a chance of 0 never comes true and one of 1 always', () => {
  const numbers = createNumberSource('seed');
  const chances = Array.from({ length: 100 }, () => [numbers.chance(0), numbers.chance(1)]);
  expect(chances.every(([never, always]) => !never && always)).toBe(true);
});
