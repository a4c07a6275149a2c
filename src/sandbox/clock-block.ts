import type { PythonModule } from './python-module.ts';

/** Positions of the fields in the driver's block of doubles: `driver/clock.py`. */
const NOW = 0;
const EPOCH = 1;
const DEADLINE = 2;
const EXPIRED = 3;
const TURNS = 4;

const NANOSECONDS = 1_000_000;

/**
 * The virtual clock of the container that is in the heap.
 *
 * It lives in linear memory, so that it is saved and restored with the heap and Python moves it without leaving the
 * interpreter. Times here are nanoseconds since the session's epoch, whole numbers in doubles, unless named otherwise.
 */
export interface ClockBlock {
  now: number;
  /** Wall-clock time of virtual time 0, in milliseconds since 1970. */
  epoch: number;
  /** When the running cell has used up its time; 0 for never. */
  deadline: number;
  /** Set when the deadline has passed, so that Python knows why it is interrupted. */
  expired: boolean;
  /** Turns of event loops since this was last taken. */
  takeTurns(): number;
  /** Lets time pass. Returns whether the deadline has passed. Called at every tick. */
  spend(nanoseconds: number): boolean;
  /** Virtual time in milliseconds, rounded down. */
  milliseconds(): number;
  /** A step begins at `milliseconds` or, when it is later, at the clock's own time, and may take `limit` milliseconds. */
  start(milliseconds: number, limit: number): void;
  /**
   * A step ends, or pauses, at `milliseconds` or later. A cell can write to its clock; it gets out of here neither with less
   * than that nor with more than its limit allows.
   */
  settle(milliseconds?: number): void;
}

/** A clock before there is an interpreter to keep it: used while booting, so that boots are the same every time. */
export function bootClock(): { now: number; readonly epoch: number } {
  // 2035-01-01, the default epoch of a session. It ends up in nothing but import caches.
  return { now: 0, epoch: 2_051_222_400_000 };
}

export function createClockBlock(python: PythonModule, address: number): ClockBlock {
  const base = address / 8;
  // Kept, because looking it up in Pyodide's large module takes longer than all else a tick does. A heap that grows leaves
  // an empty view behind.
  let doubles = python.HEAPF64;
  const heap = (): Float64Array => {
    if (doubles.length === 0) doubles = python.HEAPF64;
    return doubles;
  };
  /** When the step that runs began, and how long it may take. */
  let origin = 0;
  let longest = 0;
  const read = (field: number): number => heap()[base + field] ?? 0;
  const write = (field: number, value: number): void => {
    heap()[base + field] = value;
  };
  return {
    get now() {
      return read(NOW);
    },
    set now(value) {
      write(NOW, value);
    },
    get epoch() {
      return read(EPOCH);
    },
    set epoch(value) {
      write(EPOCH, value);
    },
    get deadline() {
      return read(DEADLINE);
    },
    set deadline(value) {
      write(DEADLINE, value);
    },
    get expired() {
      return read(EXPIRED) !== 0;
    },
    set expired(value) {
      write(EXPIRED, value ? 1 : 0);
    },
    takeTurns: () => {
      const turns = read(TURNS);
      if (turns !== 0) write(TURNS, 0);
      return turns;
    },
    spend: (nanoseconds) => {
      const now = read(NOW) + nanoseconds;
      const deadline = read(DEADLINE);
      write(NOW, now);
      return deadline !== 0 && now >= deadline;
    },
    milliseconds: () => Math.floor(read(NOW) / NANOSECONDS),
    start: (milliseconds, limit) => {
      origin = Math.max(read(NOW), milliseconds * NANOSECONDS);
      longest = limit * NANOSECONDS;
      write(NOW, origin);
    },
    settle: (milliseconds = 0) => {
      const earliest = Math.max(origin, milliseconds * NANOSECONDS);
      const now = read(NOW);
      // What is no number at all is not later either.
      write(NOW, now >= earliest ? Math.min(now, earliest + longest) : earliest);
    },
  };
}
