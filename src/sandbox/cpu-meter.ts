import type { ClockBlock } from './clock-block.ts';
import type { PythonModule } from './python-module.ts';

/** CPython calls the signal helper at every 51st loop back-edge or function entry. */
const CHECKS_PER_TICK = 50;
/** Virtual nanoseconds per such check: what a loop iteration takes on an ordinary machine. */
const CHECK_COST = 75;
/** Virtual nanoseconds of a call that C code makes by itself, amid big-integer math or a regular expression. */
const DIRECT_COST = 60;
/** A turn of an event loop counts as this many ticks. */
const TICKS_PER_TURN = 40;

/** Ticks from one doubling of the price to the next, once the cell has used up what it gets at the ordinary one. */
const DILATION_STEP = 20_000;

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
  python.HEAP8[python._Py_EMSCRIPTEN_SIGNAL_HANDLING] = 1;
  let ticks = 0;
  /** Ticks since the deadline passed. */
  let overdue = 0;
  let dilation = 1;
  let dilateAt = Infinity;
  let interrupted = false;
  return {
    start: (iterations) => {
      ticks = 0;
      overdue = 0;
      dilation = 1;
      dilateAt = iterations / CHECKS_PER_TICK;
      python.HEAP32[countdown] = CHECKS_PER_TICK;
    },
    takeInterrupted: () => {
      const was = interrupted;
      interrupted = false;
      return was;
    },
    tick: () => {
      // C code calls without having counted down.
      const periodic = python.HEAP32[countdown] === CHECKS_PER_TICK;
      const over = clock.spend((periodic ? CHECKS_PER_TICK * CHECK_COST : DIRECT_COST) * dilation);
      ticks += 1 + clock.takeTurns() * TICKS_PER_TURN;
      if (ticks > dilateAt) {
        dilateAt += DILATION_STEP;
        dilation *= 2;
      }
      // The watchdog: for code whose ticks are too rare to count by.
      if (interrupt()) {
        interrupted = true;
        clock.now = Math.max(clock.now, clock.deadline);
        clock.deadline = clock.now;
      } else if (!over) {
        return 0;
      }
      if (!clock.expired) {
        clock.expired = true;
        // The last tick may have been an expensive one.
        clock.now = clock.deadline;
        return SIGINT;
      }
      overdue += 1;
      if (overdue > MAX_INTERRUPTS * INTERRUPT_EVERY) throw new CellKilled('killed');
      return overdue % INTERRUPT_EVERY === 0 ? SIGINT : 0;
    },
  };
}
