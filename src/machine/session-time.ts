import type { VirtualClock } from '../transcript/clock.ts';
import type { EventInput } from '../transcript/events.ts';
import type { MasterClock } from '../transcript/master-clock.ts';

/**
 * How time passes in a session while no cell runs. The clock stands while the client has the ball, and jumps when its
 * next request arrives: by what the schedule says, or by what passed on a master clock. What moves it returns the event.
 */
export class SessionTime {
  readonly #clock: VirtualClock;
  readonly #master: MasterClock | undefined;
  /** When the client last got the ball, on both clocks. */
  #releasedAt = 0;
  #releasedRead: number;
  /** When the last request came, on both clocks. */
  #arrivedAt = 0;
  #arrivedRead: number;

  constructor(clock: VirtualClock, master: MasterClock | undefined) {
    this.#clock = clock;
    this.#master = master;
    this.#releasedRead = this.read();
    this.#arrivedRead = this.#releasedRead;
  }

  /** The time of the master clock: to be read when a request comes in, even if it has to wait for its turn. */
  read(): number {
    return this.#master?.now() ?? 0;
  }

  /** A request that came in at a time of the master clock is taken up. By the schedule the client took so long over it. */
  arrive(readAt: number, turnaround: number): EventInput | undefined {
    const at = this.#master ? this.#timeAt(readAt) : this.#releasedAt + turnaround;
    // A request sent again after a refusal answers the same calls: the client ran them once.
    const by = at - Math.max(this.#arrivedAt, this.#releasedAt);
    this.#clock.advanceTo(at);
    this.#arrivedAt = this.#clock.now;
    this.#arrivedRead = readAt;
    const nondeterministic = this.#master?.nondeterministic || undefined;
    return by > 0 ? { type: 'clock.moved', by, cause: 'client', nondeterministic } : undefined;
  }

  /** The API takes its time over the request. */
  spend(milliseconds: number): EventInput | undefined {
    if (milliseconds === 0) return undefined;
    this.#clock.advanceTo(this.#clock.now + milliseconds);
    return { type: 'clock.moved', by: milliseconds, cause: 'api' };
  }

  /** When the response is due at the client, on the master clock. */
  due(): number {
    return Math.max(this.read(), this.#arrivedRead + this.#clock.now - this.#arrivedAt);
  }

  /** The client gets the ball, with a response that goes on from its request. */
  release(): void {
    this.#releasedAt = this.#clock.now;
    this.#releasedRead = this.due();
  }

  /** Time passes while the client has the ball, beside what the schedule or the master clock says. */
  pass(milliseconds: number): EventInput {
    this.#clock.advanceTo(this.#clock.now + milliseconds);
    this.#releasedAt += milliseconds;
    this.#arrivedAt += milliseconds;
    return { type: 'clock.moved', by: milliseconds, cause: 'client' };
  }

  /** What the client does meanwhile is stamped with the time it is there. */
  catchUp(): void {
    if (this.#master) this.#clock.advanceTo(this.#timeAt(this.read()));
  }

  /** The time of the session at a time of the master clock, in whole milliseconds. */
  #timeAt(readAt: number): number {
    return this.#releasedAt + Math.max(0, Math.round(readAt - this.#releasedRead));
  }
}
