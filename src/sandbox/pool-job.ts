import type { Entry } from './pool-entry.ts';
import type { OutcomeMessage, Step } from './worker-protocol.ts';

/** A step of a container that waits for a worker, or runs in one. */
export interface Job {
  readonly entry: Entry;
  readonly step: Step;
  readonly label: string;
  /** How many workers died of it, or with it. */
  deaths: number;
  resolve(outcome: OutcomeMessage): void;
  reject(error: Error): void;
}

/** The outcome of a step that had to be ended from outside: as if the virtual time of its cell had been up. */
export function overdueOutcome({ entry, step }: Job): OutcomeMessage {
  const { base } = entry;
  const { limits } = base.kind === 'fresh' ? base.container : base.image;
  const message = new TextEncoder().encode(limits.cellTimeoutMessage);
  const empty = new Uint8Array();
  return {
    kind: 'outcome',
    state: 'finished',
    calls: [],
    returnCode: limits.cellTimeoutCode,
    pinned: false,
    stdout: limits.cellTimeoutStream === 'stdout' ? message : empty,
    stderr: limits.cellTimeoutStream === 'stderr' ? message : empty,
    droppedStdout: 0,
    droppedStderr: 0,
    at: Math.max(step.at, startOfCell(entry, step) + limits.cellTime),
    late: [],
    notes: [],
    timedOut: true,
    nondeterministic: true,
    heap: 0,
  };
}

/** When the cell that runs was started, in virtual milliseconds, as far as the log goes back. */
function startOfCell({ log }: Entry, step: Step): number {
  const start = [...log, step].findLast(({ kind }) => kind !== 'resume');
  return (start ?? step).at;
}
