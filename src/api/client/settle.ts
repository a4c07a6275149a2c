import type { Activity } from '../activity.ts';
import { currentFakeTimers, type FakeTimers } from './fake-timers.ts';

/** Taken at import: a turn of the real event loop, whatever a test fakes. */
const { setImmediate } = globalThis;

/** How many turns of the event loop without anything new count as quiet: enough for a client to read a response. */
const QUIET_TURNS = 20;
/** An agent that sets so many timers in a row will not come to an end. */
const MAX_TIMERS = 10_000;

/** Timers never end. */
export class EndlessTimersError extends Error {
  override readonly name: string = 'EndlessTimersError';
  readonly code = 'timers.endless';
}

/**
 * Lets the time of the test's fake timers pass, timer by timer, until none is left or `isDone` says so; but never while a
 * request is served, a cell runs or a wrapped tool runs. Returns whether `isDone` said so. Throws when timers are not faked, or never end.
 */
export async function settle(
  activity: Activity,
  isDone: () => boolean = () => false,
): Promise<boolean> {
  for (let fired = 0; fired <= MAX_TIMERS; fired++) {
    await quiet(activity);
    if (isDone()) return true;
    const timers = requireFakeTimers();
    if (timers.count === 0) return false;
    await timers.next();
  }
  throw new EndlessTimersError(
    `settle() let ${MAX_TIMERS} timers fire, and there are still more: something sets a new one each time, such as ` +
      'setInterval. Clear it, or advance time yourself.',
  );
}

function requireFakeTimers(): FakeTimers {
  const timers = currentFakeTimers();
  if (timers) return timers;
  throw new Error(
    'settle() advances fake timers of Vitest, Jest or Sinon, but setTimeout is none of theirs. Call vi.useFakeTimers() ' +
      'first. With node:test, advance time yourself: mock.timers.tick(milliseconds).',
  );
}

/** Waits until nothing is under way and nothing begins any more. */
async function quiet(activity: Activity): Promise<void> {
  let { changes } = activity;
  for (let turns = 0; turns < QUIET_TURNS; turns++) {
    // Turns of the event loop, while a cell runs elsewhere, would only take its core.
    await activity.settled();
    await new Promise<void>((resolve) => {
      setImmediate(resolve);
    });
    if (activity.isBusy || activity.changes !== changes) turns = -1;
    ({ changes } = activity);
  }
}
