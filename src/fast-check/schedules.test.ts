import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { checkSchedule } from '../schedule/schedule.ts';
import { latencies, schedules } from './schedules.ts';

test('what is drawn is a schedule, with as many faults as there may be at most', () => {
  fc.assert(
    fc.property(schedules({ tools: ['f'], maxFaults: 2 }), (schedule) => {
      expect(checkSchedule(schedule)).toEqual(schedule);
      expect(schedule.faults!.length).toBeLessThanOrEqual(2);
    }),
  );
});

test('nothing goes wrong of another kind than was asked for', () => {
  fc.assert(
    fc.property(latencies({ tools: ['f', 'g'], within: 3 }), ({ faults, ...others }) => {
      expect(others).toEqual({});
      for (const fault of faults!) expect(Object.keys(fault)).toContain('takes');
    }),
  );
});

test('every kind of fault is drawn soon', () => {
  const drawn = fc.sample(schedules(), { numRuns: 300, seed: 1 }).flatMap(({ faults }) => faults!);
  const words = new Set(drawn.flatMap((fault) => [...Object.keys(fault), ...Object.values(fault)]));
  for (const word of ['takes', 'ends', 'effects', 'error', 'retry_after', 'thread', 'delivered']) {
    expect(words).toContain(word);
  }
  for (const word of ['expired', 'replaced', 'lost', 'cut', 'truncated', 'malformed', 'dribbled']) {
    expect(words).toContain(word);
  }
});

test('nothing to draw from is an error', () => {
  expect(() => schedules({ kinds: [] })).toThrow(RangeError);
});
