import type { FollowedSchedule } from '../schedule/follow-schedule.ts';
import type { VirtualClock } from '../transcript/clock.ts';
import type { EventInput } from '../transcript/events.ts';
import type { MasterClock } from '../transcript/master-clock.ts';
import type { PendingCall } from './replies.ts';

/**
 * How time passes in a session while no cell runs. The clock stands while the client has the ball, and jumps when its
 * next request arrives: by what the schedule says, or by what passed on a master clock.
 */
export interface SessionTime {
  /** The time of the master clock: to be read when a request comes in, even if it has to wait for its turn. */
  read(): number;
  /** A request that came in at a time of the master clock is taken up. It answers `calls`. */
  arrive(readAt: number, calls: readonly PendingCall[]): void;
  /** The API takes its time over the request. */
  spend(milliseconds: number): void;
  /** When the response is due at the client, on the master clock. */
  due(): number;
  /** The client gets the ball, with a response that goes on from its request. */
  release(): void;
  /** Time passes while the client has the ball, beside what the schedule or the master clock says. */
  pass(milliseconds: number): void;
  /** What the client does meanwhile is stamped with the time it is there. */
  catchUp(): void;
}

export function createSessionTime({
  clock,
  schedule,
  master,
  record,
}: {
  readonly clock: VirtualClock;
  /** The schedule, once there is one. */
  readonly schedule: () => FollowedSchedule;
  readonly master: MasterClock | undefined;
  readonly record: (event: EventInput) => void;
}): SessionTime {
  const read = (): number => master?.now() ?? 0;
  const nondeterministic = master?.nondeterministic || undefined;
  /** When the client last got the ball, on both clocks. */
  let released = { at: 0, read: read() };
  /** When the last request came, on both clocks. */
  let arrived = released;

  /** The time of the session at a time of the master clock, in whole milliseconds. */
  function timeAt(readAt: number): number {
    return released.at + Math.max(0, Math.round(readAt - released.read));
  }

  function due(): number {
    return Math.max(read(), arrived.read + clock.now - arrived.at);
  }

  return {
    read,
    arrive(readAt, calls) {
      const turnaround = schedule().turnaround(calls.map(({ takes }) => takes));
      const at = master ? timeAt(readAt) : released.at + turnaround;
      // A request sent again after a refusal answers the same calls: the client ran them once.
      const by = at - Math.max(arrived.at, released.at);
      clock.advanceTo(at);
      if (by > 0) record({ type: 'clock.moved', by, cause: 'client', nondeterministic });
      arrived = { at: clock.now, read: readAt };
    },
    spend(milliseconds) {
      if (milliseconds === 0) return;
      clock.advanceTo(clock.now + milliseconds);
      record({ type: 'clock.moved', by: milliseconds, cause: 'api' });
    },
    due,
    release() {
      released = { at: clock.now, read: due() };
    },
    pass(milliseconds) {
      clock.advanceTo(clock.now + milliseconds);
      released = { ...released, at: released.at + milliseconds };
      arrived = { ...arrived, at: arrived.at + milliseconds };
      record({ type: 'clock.moved', by: milliseconds, cause: 'client' });
    },
    catchUp() {
      if (master) clock.advanceTo(timeAt(read()));
    },
  };
}
