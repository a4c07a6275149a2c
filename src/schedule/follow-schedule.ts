import type { CellFault, Fault, RequestFault, Schedule } from './schedule.ts';

/** A schedule as one session follows it: it counts what happens, and says what goes wrong there. */
export interface FollowedSchedule {
  /** In which order a response reports calls made at once, if the schedule says so. */
  readonly callOrder: Schedule['call_order'];
  /** A tool is called. Returns how long its answer takes. */
  call(tool: string): number;
  /** A cell starts. Returns what goes wrong with it, if anything does. */
  cell(): CellFault | undefined;
  /** Whether the response ends before a step of the script; steps count from 1. */
  pausesBefore(step: number): boolean;
  /** A request has come. Returns what goes wrong with it, if anything does. */
  request(): RequestFault | undefined;
  /** How long a client takes that answers calls, each of which takes so long. */
  turnaround(latencies: readonly number[]): number;
}

type FaultOn<On extends Fault['on']> = Extract<Fault, { on: On }>;

/**
 * Begins to follow a schedule: nothing has happened yet. `takes` says how long a tool takes where the schedule does not.
 * Default: no time.
 */
export function followSchedule(
  { faults = [], turnaround = 'max', call_order: callOrder }: Schedule,
  takes: (tool: string) => number | undefined = () => undefined,
): FollowedSchedule {
  const counts = new Map<string, number>();

  /** Counts one more of `kind`, and returns how many there are now. */
  function count(kind: string): number {
    const n = (counts.get(kind) ?? 0) + 1;
    counts.set(kind, n);
    return n;
  }

  /** The first fault on the nth of a kind. */
  function find<On extends Exclude<Fault['on'], 'call'>>(
    on: On,
    nth: number,
  ): FaultOn<On> | undefined {
    return faults.find(
      (fault): fault is FaultOn<On> => fault.on === on && (fault.nth ?? nth) === nth,
    );
  }

  return {
    callOrder,
    call(tool) {
      const nth = { any: count('call'), named: count(`call ${tool}`) };
      const fault = faults.find((each): each is FaultOn<'call'> => {
        if (each.on !== 'call' || (each.tool ?? tool) !== tool) return false;
        const actual = each.tool === undefined ? nth.any : nth.named;
        return (each.nth ?? actual) === actual;
      });
      return fault?.takes ?? takes(tool) ?? 0;
    },
    cell: () => find('cell', count('cell')),
    pausesBefore: (step) => find('step', step) !== undefined,
    request: () => find('request', count('request')),
    turnaround(latencies) {
      if (latencies.length === 0) return 0;
      if (typeof turnaround === 'number') return turnaround;
      return turnaround === 'max'
        ? Math.max(...latencies)
        : latencies.reduce((sum, latency) => sum + latency, 0);
    },
  };
}
