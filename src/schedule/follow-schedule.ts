import type { CellFault, Fault, RequestFault, Schedule } from './schedule.ts';

type FaultOn<On extends Fault['on']> = Extract<Fault, { on: On }>;

/** A schedule as one session follows it: it counts what happens, and says what goes wrong there. */
export class FollowedSchedule {
  readonly #schedule: Schedule;
  #counts: Map<string, number> | undefined;

  /** Nothing has happened yet. */
  constructor(schedule: Schedule) {
    this.#schedule = schedule;
  }

  /** In which order a response reports calls made at once, if the schedule says so. */
  get callOrder(): Schedule['call_order'] {
    return this.#schedule.call_order;
  }

  /** A tool is called. Returns how long its answer takes: `usual` where the schedule does not say. */
  call(tool: string, usual = 0): number {
    const nth = { any: this.#count('call'), named: this.#count(`call ${tool}`) };
    const fault = this.#schedule.faults?.find((each): each is FaultOn<'call'> => {
      if (each.on !== 'call' || (each.tool ?? tool) !== tool) return false;
      const actual = each.tool === undefined ? nth.any : nth.named;
      return (each.nth ?? actual) === actual;
    });
    return fault?.takes ?? usual;
  }

  /** A cell starts. Returns what goes wrong with it, if anything does. */
  cell(): CellFault | undefined {
    return this.#find('cell', this.#count('cell'));
  }

  /** Whether the response ends before a step of the script; steps count from 1. */
  pausesBefore(step: number): boolean {
    return this.#find('step', step) !== undefined;
  }

  /** A request has come. Returns what goes wrong with it, if anything does. */
  request(): RequestFault | undefined {
    return this.#find('request', this.#count('request'));
  }

  /** How long a client takes that answers calls, each of which takes so long. */
  turnaround(latencies: readonly number[]): number {
    if (latencies.length === 0) return 0;
    const { turnaround = 'max' } = this.#schedule;
    if (typeof turnaround === 'number') return turnaround;
    return turnaround === 'max'
      ? Math.max(...latencies)
      : latencies.reduce((sum, latency) => sum + latency, 0);
  }

  /** Counts one more of `kind`, and returns how many there are now. Without faults nobody asks. */
  #count(kind: string): number {
    if (!this.#schedule.faults?.length) return 0;
    const counts = (this.#counts ??= new Map<string, number>());
    const n = (counts.get(kind) ?? 0) + 1;
    counts.set(kind, n);
    return n;
  }

  /** The first fault on the nth of a kind. */
  #find<On extends Exclude<Fault['on'], 'call'>>(on: On, nth: number): FaultOn<On> | undefined {
    return this.#schedule.faults?.find(
      (fault): fault is FaultOn<On> => fault.on === on && (fault.nth ?? nth) === nth,
    );
  }
}
