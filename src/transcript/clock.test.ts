import { expect, test } from 'vitest';
import { VirtualClock, DEFAULT_EPOCH } from './clock.ts';

test('a clock stands still until it is moved, and never goes back', () => {
  const clock = new VirtualClock(DEFAULT_EPOCH);
  expect(clock.now).toBe(0);
  clock.advanceTo(90_000);
  clock.advanceTo(1);
  expect(clock.now).toBe(90_000);
});

test('timestamps are RFC 3339 in UTC with microseconds', () => {
  const clock = new VirtualClock(DEFAULT_EPOCH);
  expect(clock.timestamp(0)).toBe('2035-01-01T00:00:00.000000Z');
  expect(clock.timestamp(300_000.25)).toBe('2035-01-01T00:05:00.000250Z');
});
