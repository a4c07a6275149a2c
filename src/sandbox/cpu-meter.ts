import type { ClockBlock } from './clock-block.ts';
import type { PythonModule } from './python-module.ts';

/** What CPython counts down from: it checks for signals at loop back-edges and function entries, and ticks at zero. */
const COUNTDOWN = 50;
/** Where the count goes on after a tick, so that it is at its start in a periodic tick and in no other. */
const CHECKS_PER_TICK = COUNTDOWN - 1;
/** Virtual nanoseconds per check: what a loop iteration takes on an ordinary machine. */
const CHECK_COST = 75;
/** A turn of an event loop counts as this many checks. */
const CHECKS_PER_TURN = 100;

/** Checks from one doubling of the price to the next, once the cell has used up what it gets at the ordinary one. */
const DILATION_STEP = 200_000;

/** Virtual nanoseconds of a look at the clock. */
const READ_COST = 1000;
/**
 * C code that waits, for a lock that nobody will release, looks at the clock over and over: from one doubling of that
 * price to the next, and how far it goes.
 */
const READS_PER_DOUBLING = 1000;
const MAX_DOUBLINGS = 14;

const SIGINT = 2;
/** Ticks from one interrupt to the next, for a cell that goes on after it. */
const INTERRUPT_EVERY = 100;
/** How many interrupts a cell may swallow before its process is killed. */
const MAX_INTERRUPTS = 20;

/** Thrown through the interpreter to end a cell that swallows every interrupt. */
export class CellKilled extends Error {
  override readonly name = 'CellKilled';
}

export interface CpuMeter {
  /** Before a cell starts or runs on. `iterations`: how many loop iterations it may run at the ordinary price. */
  readonly start: (iterations: number) => void;
  /** Whether the host interrupted the cell since this was last asked. */
  readonly takeInterrupted: () => boolean;
  readonly tick: () => number;
  /** Returns what a look at the clock takes. */
  readonly readClock: () => number;
}

/**
 * Charges CPU time to the virtual clock: the same program costs the same time on every machine. The count comes from
 * CPython's own periodic check for signals, which costs next to nothing.
 */
export function createCpuMeter(
  python: PythonModule,
  clock: ClockBlock,
  interrupt: () => boolean,
): CpuMeter {
  const countdown = python.__Py_emscripten_signal_clock >> 2;
  // Kept as in clock-block.ts.
  let words = python.HEAP32;
  const heap = (): Int32Array => {
    if (words.length === 0) words = python.HEAP32;
    return words;
  };
  python.HEAP8[python._Py_EMSCRIPTEN_SIGNAL_HANDLING] = 1;
  let checks = 0;
  /** Looks at the clock since Python code last ran. */
  let reads = 0;
  /** Ticks since the deadline passed. */
  let overdue = 0;
  /** Virtual nanoseconds per check. */
  let price = CHECK_COST;
  let dilateAt = Infinity;
  let interrupted = false;
  return {
    start: (iterations) => {
      checks = 0;
      reads = 0;
      overdue = 0;
      price = CHECK_COST;
      dilateAt = iterations;
      heap()[countdown] = CHECKS_PER_TICK;
    },
    takeInterrupted: () => {
      const was = interrupted;
      interrupted = false;
      return was;
    },
    readClock: () => {
      reads += 1;
      return READ_COST * 2 ** Math.min(MAX_DOUBLINGS, Math.floor(reads / READS_PER_DOUBLING));
    },
    tick: () => {
      // C code ticks by itself amid big-integer math, a regular expression or str(), without having counted down.
      const periodic = heap()[countdown] === COUNTDOWN;
      if (periodic) {
        heap()[countdown] = CHECKS_PER_TICK;
        reads = 0;
      }
      const done = (periodic ? CHECKS_PER_TICK : 1) + clock.takeTurns() * CHECKS_PER_TURN;
      const over = clock.spend(done * price);
      checks += done;
      if (checks > dilateAt) {
        dilateAt += DILATION_STEP;
        price *= 2;
      }
      // The watchdog: for code whose ticks are too rare to count by.
      if (interrupt()) {
        interrupted = true;
        clock.deadline = Math.max(clock.now, clock.deadline);
      } else if (!over) {
        return 0;
      }
      // The last tick may have been an expensive one, and what a cell does after its time takes none.
      clock.now = clock.deadline;
      price = 0;
      if (!clock.expired) {
        clock.expired = true;
        return SIGINT;
      }
      overdue += 1;
      if (overdue > MAX_INTERRUPTS * INTERRUPT_EVERY) throw new CellKilled('killed');
      return overdue % INTERRUPT_EVERY === 0 ? SIGINT : 0;
    },
  };
}
