import { ApiError } from '../protocol/errors.ts';

/** A clock outside the fake that says how time passes: for the client, and while the client waits for a response. */
export interface MasterClock {
  /** Milliseconds since some moment of its own. */
  now(): number;
  /** Resolves when `now` has reached a time; at once when it has. */
  reaches(time: number): Promise<void>;
  /** Whether another run reads other times. */
  readonly nondeterministic: boolean;
}

/** Taken at import, before a test fakes them. */
const real = { Date, performance, now: performance.now.bind(performance), setTimeout };

/** Real time, of which `scale` milliseconds pass in one. */
export function realClock(scale: number): MasterClock {
  const now = (): number => real.now() * scale;
  return {
    now,
    nondeterministic: true,
    reaches: (time) => sleep((time - now()) / scale, real.setTimeout),
  };
}

/**
 * The time of the test's fake timers (`vi.useFakeTimers()`, Jest's, Sinon's, those of `node:test`), of which at least
 * `performance` or `Date` has to be faked. Reading it throws an `ApiError` otherwise.
 */
export function fakedClock(): MasterClock {
  return {
    now: fakedNow,
    nondeterministic: false,
    reaches: (time) => sleep(time - fakedNow(), globalThis.setTimeout),
  };
}

function fakedNow(): number {
  const { performance, Date } = globalThis;
  // Setting the system time moves `Date` but lets no time pass, so `performance` is the better witness.
  if (performance !== real.performance) return performance.now();
  if (Date !== real.Date) return new Date().getTime();
  throw new ApiError(
    'api_error',
    "callsheet: clock: 'linked' reads the time of the test's fake timers, but neither `performance` nor `Date` is faked.",
    {
      rule: 'fake.failed',
      fix: 'Call vi.useFakeTimers(), or mock.timers.enable() of node:test, before the first request.',
    },
  );
}

async function sleep(
  milliseconds: number,
  setTimeout: typeof globalThis.setTimeout,
): Promise<void> {
  if (milliseconds <= 0) return;
  await new Promise<void>((resolve) => {
    setTimeout(resolve, milliseconds);
  });
}
