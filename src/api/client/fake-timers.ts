import { AsyncLocalStorage } from 'node:async_hooks';

/** The fake timers of a test, as far as they say what is to come. */
export interface FakeTimers {
  /** How many timers are set. */
  readonly count: number;
  /** Lets time pass up to the next timer, and fires it. */
  next(): Promise<void>;
}

/** The clock behind the timers of Sinon, of which Vitest's and Jest's are made: each faked function carries it. */
interface SinonClock {
  countTimers(): number;
  nextAsync(): Promise<number>;
  /** By their ids; a record in older versions. */
  readonly timers?: ReadonlyMap<number, unknown> | Readonly<Record<number, unknown>>;
  setTimeout: SetTimer;
  setInterval: SetTimer;
}

type SetTimer = (...args: unknown[]) => unknown;

/** The fake timers that are in place; none when timers are real, or faked by something that cannot tell the next one. */
export function currentFakeTimers(): FakeTimers | undefined {
  const clock = currentClock();
  return (
    clock && {
      get count() {
        return clock.countTimers();
      },
      async next() {
        await clock.nextAsync();
      },
    }
  );
}

function currentClock(): SinonClock | undefined {
  const clock: unknown = Reflect.get(globalThis.setTimeout, 'clock');
  return isSinonClock(clock) ? clock : undefined;
}

function isSinonClock(clock: unknown): clock is SinonClock {
  return (
    typeof clock === 'object' && clock !== null && 'nextAsync' in clock && 'countTimers' in clock
  );
}

/** The timers that some work set, itself or in what it called. */
export interface OwnTimers {
  /** Whether one of them has yet to fire: the work may be waiting for it. */
  readonly arePending: boolean;
  /** Does the work. */
  collect<T>(work: () => Promise<T>): Promise<T>;
}

const collecting = new AsyncLocalStorage<Set<number>>();
const watched = new WeakSet<SinonClock>();

export function createOwnTimers(): OwnTimers {
  const ids = new Set<number>();
  return {
    get arePending() {
      const timers = currentClock()?.timers ?? {};
      return [...ids].some((id) => (timers instanceof Map ? timers.has(id) : id in timers));
    },
    collect(work) {
      watch(currentClock());
      return collecting.run(ids, work);
    },
  };
}

/** Makes a fake clock tell who sets its timers. It is thrown away with its test, so nothing has to be put back. */
function watch(clock: SinonClock | undefined): void {
  if (!clock || watched.has(clock)) return;
  watched.add(clock);
  for (const name of ['setTimeout', 'setInterval'] as const) {
    const set = clock[name];
    const collect = (...args: unknown[]) => {
      const timer = set.apply(clock, args);
      collecting.getStore()?.add(Number(timer));
      return timer;
    };
    // The clock has notes on its functions, by which it puts the real ones back.
    clock[name] = Object.assign(collect, set);
  }
}
