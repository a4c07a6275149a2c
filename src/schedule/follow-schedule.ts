import type { Fault, Schedule } from './schedule.ts';

/** A schedule as one session follows it: it counts what happens, and says what goes wrong there. */
export interface FollowedSchedule {
  /** A tool is called. Returns how long its answer takes. */
  call(tool: string): number;
  /** A request has come. Returns how long the API takes. */
  request(): number;
  /** How long a client takes that answers calls, each of which takes so long. */
  turnaround(latencies: readonly number[]): number;
}

/** Begins to follow a schedule: nothing has happened yet. */
export function followSchedule({ faults = [], turnaround = 'max' }: Schedule): FollowedSchedule {
  const counts = new Map<string, number>();

  /** Counts one more of `kind`, and returns how many there are now. */
  function count(kind: string): number {
    const n = (counts.get(kind) ?? 0) + 1;
    counts.set(kind, n);
    return n;
  }

  function first(fits: (fault: Fault) => boolean): number {
    return faults.find(fits)?.takes ?? 0;
  }

  return {
    call(tool) {
      const nth = { any: count('call'), named: count(`call ${tool}`) };
      return first((fault) => {
        if (fault.on !== 'call') return false;
        if (fault.tool === undefined) return isNth(fault, nth.any);
        return fault.tool === tool && isNth(fault, nth.named);
      });
    },
    request() {
      const nth = count('request');
      return first((fault) => fault.on === 'request' && isNth(fault, nth));
    },
    turnaround(latencies) {
      if (latencies.length === 0) return 0;
      if (typeof turnaround === 'number') return turnaround;
      return turnaround === 'max'
        ? Math.max(...latencies)
        : latencies.reduce((sum, latency) => sum + latency, 0);
    },
  };
}

function isNth({ nth }: Fault, actual: number): boolean {
  return nth === undefined || nth === actual;
}
