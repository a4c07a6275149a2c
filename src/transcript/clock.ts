/** Wall-clock time of virtual time 0: in the future, so that no client takes a live container for an expired one. */
export const DEFAULT_EPOCH: number = Date.UTC(2035, 0, 1);

/** A session's clock. It moves only when told to, and never back. */
export interface VirtualClock {
  /** Virtual milliseconds since the epoch. */
  readonly now: number;
  /** Moves to a later time; an earlier one is ignored. */
  advanceTo(time: number): void;
  /** A virtual time as the API writes it: RFC 3339, UTC, microseconds. */
  timestamp(time: number): string;
}

/** Makes a clock that stands at 0. `epoch` is in milliseconds since 1970. */
export function createClock(epoch: number): VirtualClock {
  let now = 0;
  return {
    get now() {
      return now;
    },
    advanceTo(time) {
      now = Math.max(now, time);
    },
    timestamp(time) {
      const wholeMs = Math.floor(time);
      const micros = Math.floor((time - wholeMs) * 1000);
      return new Date(epoch + wholeMs)
        .toISOString()
        .replace('Z', `${String(micros).padStart(3, '0')}Z`);
    },
  };
}
