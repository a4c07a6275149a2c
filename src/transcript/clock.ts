/** Wall-clock time of virtual time 0: in the future, so that no client takes a live container for an expired one. */
export const DEFAULT_EPOCH: number = Date.UTC(2035, 0, 1);

/** A session's clock. It moves only when told to, and never back. */
export class VirtualClock {
  readonly #epoch: number;
  #now = 0;

  /** A clock that stands at 0. `epoch` is in milliseconds since 1970. */
  constructor(epoch: number) {
    this.#epoch = epoch;
  }

  /** Virtual milliseconds since the epoch. */
  get now(): number {
    return this.#now;
  }

  /** Moves to a later time; an earlier one is ignored. */
  advanceTo(time: number): void {
    this.#now = Math.max(this.#now, time);
  }

  /** A virtual time as the API writes it: RFC 3339, UTC, microseconds. */
  timestamp(time: number): string {
    const wholeMs = Math.floor(time);
    const micros = Math.floor((time - wholeMs) * 1000);
    return new Date(this.#epoch + wholeMs)
      .toISOString()
      .replace('Z', `${String(micros).padStart(3, '0')}Z`);
  }
}
