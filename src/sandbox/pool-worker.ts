import type { Limits } from './limits.ts';
import type { Load, OutcomeMessage, Step } from './worker-protocol.ts';
import type { WorkerThread } from './worker-thread.ts';

/** A container as the pool keeps it: an image, and what it has done since. Doing that again gives the same container. */
export interface Entry {
  readonly name: string;
  readonly limits: Limits;
  base: Load;
  log: Step[];
  place: Place;
  removed: boolean;
  job: Job | undefined;
  /** Called when `base` and `log` are up to date: an image arrived, or its worker ended. */
  saved: (() => void)[];
}

export type Place =
  | { readonly at: 'rest' }
  | { readonly at: 'worker'; readonly worker: PoolWorker }
  /** On its way out of a worker: its image has not arrived yet. */
  | { readonly at: 'leaving' };

export interface Job {
  readonly entry: Entry;
  readonly step: Step;
  readonly label: string;
  /** How many workers died of it, or with it. */
  deaths: number;
  resolve(outcome: OutcomeMessage): void;
  reject(error: Error): void;
}

export interface PoolWorker {
  readonly thread: WorkerThread;
  /** `retiring`: its container is on the way out, and it ends when the image is there. */
  state: 'booting' | 'idle' | 'busy' | 'pinned' | 'retiring' | 'ended';
  resident: Entry | undefined;
  /** Whom the next image will be of. */
  saving: Entry | undefined;
  job: Job | undefined;
  /** When it last got a job, to put the container out that has been idle longest. */
  used: number;
  /** Size of its heap in bytes, as far as known. */
  heap: number;
  stopWatch: () => void;
}

/** Forgets what the cell that failed has done: the container goes on from before it, or from its last image. */
export function dropCell(entry: Entry): void {
  const start = entry.log.findLastIndex(({ kind }) => kind !== 'resume');
  entry.log.length = Math.max(0, start);
}

/** When the cell that runs was started, in virtual milliseconds, as far as the log goes back. */
export function startOfCell(entry: Entry, step: Step): number {
  const start = [...entry.log, step].findLast(({ kind }) => kind !== 'resume');
  return (start ?? step).at;
}

/** The outcome of a cell that had to be ended from outside: as if its virtual time had been up. */
export function overdueOutcome(entry: Entry, step: Step): OutcomeMessage {
  const { limits } = entry;
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
