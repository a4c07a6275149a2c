import type { FollowedSchedule } from '../schedule/follow-schedule.ts';
import type { VirtualClock } from '../transcript/clock.ts';
import type { EventInput } from '../transcript/events.ts';
import type { MasterClock } from '../transcript/master-clock.ts';
import type { PendingCall } from './replies.ts';

export interface SessionTimeOptions {
  readonly clock: VirtualClock;
  /** The schedule, once there is one. */
  readonly schedule: () => FollowedSchedule;
  readonly master: MasterClock | undefined;
  readonly record: (event: EventInput) => void;
}

/** A moment on both clocks. */
interface Moment {
  readonly at: number;
  readonly read: number;
}

/**
 * How time passes in a session while no cell runs. The clock stands while the client has the ball, and jumps when its
 * next request arrives: by what the schedule says, or by what passed on a master clock.
 */
export class SessionTime {
  readonly #options: SessionTimeOptions;
  /** When the client last got the ball. */
  #released: Moment;
  /** When the last request came. */
  #arrived: Moment;

  constructor(options: SessionTimeOptions) {
    this.#options = options;
    this.#released = { at: 0, read: this.read() };
    this.#arrived = this.#released;
  }

  /** The time of the master clock: to be read when a request comes in, even if it has to wait for its turn. */
  read(): number {
    return this.#options.master?.now() ?? 0;
  }

  /** A request that came in at a time of the master clock is taken up. It answers `calls`. */
  arrive(readAt: number, calls: readonly PendingCall[]): void {
    const { clock, schedule, master, record } = this.#options;
    const turnaround = schedule().turnaround(calls.map(({ takes }) => takes));
    const at = master ? this.#timeAt(readAt) : this.#released.at + turnaround;
    // A request sent again after a refusal answers the same calls: the client ran them once.
    const by = at - Math.max(this.#arrived.at, this.#released.at);
    clock.advanceTo(at);
    const nondeterministic = master?.nondeterministic || undefined;
    if (by > 0) record({ type: 'clock.moved', by, cause: 'client', nondeterministic });
    this.#arrived = { at: clock.now, read: readAt };
  }

  /** The API takes its time over the request. */
  spend(milliseconds: number): void {
    if (milliseconds === 0) return;
    const { clock, record } = this.#options;
    clock.advanceTo(clock.now + milliseconds);
    record({ type: 'clock.moved', by: milliseconds, cause: 'api' });
  }

  /** When the response is due at the client, on the master clock. */
  due(): number {
    return Math.max(this.read(), this.#arrived.read + this.#options.clock.now - this.#arrived.at);
  }

  /** The client gets the ball, with a response that goes on from its request. */
  release(): void {
    this.#released = { at: this.#options.clock.now, read: this.due() };
  }

  /** Time passes while the client has the ball, beside what the schedule or the master clock says. */
  pass(milliseconds: number): void {
    const { clock, record } = this.#options;
    clock.advanceTo(clock.now + milliseconds);
    this.#released = { ...this.#released, at: this.#released.at + milliseconds };
    this.#arrived = { ...this.#arrived, at: this.#arrived.at + milliseconds };
    record({ type: 'clock.moved', by: milliseconds, cause: 'client' });
  }

  /** What the client does meanwhile is stamped with the time it is there. */
  catchUp(): void {
    if (this.#options.master) this.#options.clock.advanceTo(this.#timeAt(this.read()));
  }

  /** The time of the session at a time of the master clock, in whole milliseconds. */
  #timeAt(readAt: number): number {
    return this.#released.at + Math.max(0, Math.round(readAt - this.#released.read));
  }
}
