import { expect, test } from 'vitest';
import { FollowedSchedule } from './follow-schedule.ts';
import { checkSchedule } from './schedule.ts';

test('without a schedule nothing takes time', () => {
  const schedule = new FollowedSchedule({});
  expect(schedule.call('f')).toBe(0);
  expect(schedule.request()).toBeUndefined();
  expect(schedule.turnaround([0, 0])).toBe(0);
});

test('the first fault that fits counts', () => {
  const schedule = new FollowedSchedule({
    faults: [
      { on: 'call', tool: 'f', nth: 2, takes: 5 },
      { on: 'request', nth: 2, takes: 7 },
      { on: 'call', nth: 4, takes: 9 },
      { on: 'call', tool: 'f', takes: 1 },
    ],
  });
  expect(['g', 'f', 'f', 'g', 'f'].map((tool) => schedule.call(tool))).toEqual([0, 1, 5, 9, 1]);
  expect([1, 2, 3].map(() => schedule.request()?.takes)).toEqual([undefined, 7, undefined]);
});

test('where it says nothing of a tool, somebody else may', () => {
  const faults = [{ on: 'call' as const, tool: 'f', nth: 2, takes: 0 }];
  const schedule = new FollowedSchedule({ faults });
  expect(['f', 'f', 'g'].map((tool) => schedule.call(tool, 5))).toEqual([5, 0, 5]);
});

test.each([
  ['max', [3, 1, 2], 3],
  ['sum', [3, 1, 2], 6],
  [50, [3, 1, 2], 50],
  [50, [], 0],
] as const)('turnaround %j of calls that take %j', (turnaround, latencies, expected) => {
  expect(new FollowedSchedule({ turnaround }).turnaround(latencies)).toBe(expected);
});

test('a schedule that is none says what is wrong and where', () => {
  const wrong = {
    faults: [{ on: 'call', nth: 0, takes: -1 }, { on: 'cal' }],
    turnaround: 'mx',
  };
  expect(() => checkSchedule(wrong)).toThrowErrorMatchingInlineSnapshot(`
    [RangeError: This is no valid schedule:
    ✖ expected "max", "sum" or a number of milliseconds
      → at turnaround
    ✖ Too small: expected number to be >=1
      → at faults[0].nth
    ✖ Too small: expected number to be >=0
      → at faults[0].takes
    ✖ Invalid discriminator value. Expected 'call' | 'cell' | 'step' | 'request'
      → at faults[1].on]
  `);
});
