import type { ClockBlock } from './clock-block.ts';
import type { PythonModule } from './python-module.ts';

/** CPython calls the signal helper at every 51st loop back-edge or function entry. */
const CHECKS_PER_TICK = 50;
/** Virtual nanoseconds per such check: what a loop iteration takes on an ordinary machine. */
const CHECK_COST = 75;
/** Virtual nanoseconds of a call that C code makes by itself, amid big-integer math or a regular expression. */
const DIRECT_COST = 60;
/** A turn of an event loop counts as this many ticks. */
const TICKS_PER_TURN = 10;

/** From here on time runs faster and faster, so that an endless loop meets its deadline within a second. */
const DILATION_START = 400_000;
const DILATION_STEP = 40_000;

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
  /** Before a cell starts or runs on. */
  readonly start: () => void;
  readonly tick: () => number;
}

/**
 * Charges CPU time to the virtual clock: the same program costs the same time on every machine. The count comes from
 * CPython's own periodic check for signals, which costs next to nothing.
 */
export function createCpuMeter(python: PythonModule, clock: ClockBlock): CpuMeter {
  const countdown = python.__Py_emscripten_signal_clock >> 2;
  python.HEAP8[python._Py_EMSCRIPTEN_SIGNAL_HANDLING] = 1;
  let ticks = 0;
  /** Ticks since the deadline passed. */
  let overdue = 0;
  let dilation = 1;
  let dilateAt = DILATION_START;
  return {
    start: () => {
      ticks = 0;
      overdue = 0;
      dilation = 1;
      dilateAt = DILATION_START;
      python.HEAP32[countdown] = CHECKS_PER_TICK;
    },
    tick: () => {
      // C code calls without having counted down.
      const periodic = python.HEAP32[countdown] === CHECKS_PER_TICK;
      clock.now += (periodic ? CHECKS_PER_TICK * CHECK_COST : DIRECT_COST) * dilation;
      ticks += 1 + clock.takeTurns() * TICKS_PER_TURN;
      if (ticks > dilateAt) {
        dilateAt += DILATION_STEP;
        dilation *= 2;
      }
      if (clock.deadline === 0 || clock.now < clock.deadline) return 0;
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
