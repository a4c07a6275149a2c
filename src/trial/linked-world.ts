import { setImmediate } from 'node:timers/promises';
import FakeTimers from '@sinonjs/fake-timers';
import { currentFakeTimers } from '../api/client/fake-timers.ts';
import { createNumberSource } from '../protocol/seeded-numbers.ts';

/** What an agent may set to wait for, or read the time from. The sandbox has taken the real ones at import. */
const FAKED = [
  'setTimeout',
  'clearTimeout',
  'setInterval',
  'clearInterval',
  'Date',
  'performance',
] as const;

/** So many timers of an agent that has ended may still fire: enough for a retry that was left behind to show. */
const LEFT_BEHIND = 20;

const WORDS = 2 ** 32;

let last: Promise<unknown> = Promise.resolve();

/**
 * Does some work in a world of its own: its timers and its time are faked, so that waiting takes no time and a fake with
 * `clock: 'linked'` can tell when it is over, and `Math.random` gives the same numbers in every run. Works follow one
 * another, for there is one world a process. Fake timers that a test has in place are used as they are.
 */
export async function inLinkedWorld<T>(
  { epoch, seed }: { readonly epoch: number; readonly seed: string },
  work: () => Promise<T>,
): Promise<T> {
  const turn = last.then(() => faked(epoch, seed, work));
  last = turn.catch(() => {});
  return turn;
}

async function faked<T>(epoch: number, seed: string, work: () => Promise<T>): Promise<T> {
  const clock = currentFakeTimers()
    ? undefined
    : FakeTimers.install({ now: epoch, toFake: [...FAKED] });
  const unseed = seedRandom(seed);
  try {
    const result = await work();
    if (clock) await settleLeftBehind(clock);
    return result;
  } finally {
    unseed();
    clock?.uninstall();
  }
}

async function settleLeftBehind(clock: FakeTimers.Clock): Promise<void> {
  for (let n = 0; n < LEFT_BEHIND && clock.countTimers() > 0; n++) {
    await clock.nextAsync();
    await setImmediate();
  }
}

/** Clients wait a little at random before they try again. Returns what undoes it. */
function seedRandom(seed: string): () => void {
  // oxlint-disable-next-line no-restricted-properties -- it is put back as it was
  const { random } = Math;
  const numbers = createNumberSource(seed);
  const seeded = () => numbers.between(0, WORDS - 1) / WORDS;
  Object.assign(Math, { random: seeded });
  return () => void Object.assign(Math, { random });
}
