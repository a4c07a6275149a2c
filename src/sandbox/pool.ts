import type { Assets } from './assets.ts';
import type { FreshContainer } from './interpreter.ts';
import { lost, removed, sandboxDisposed, unavailable, workerDied } from './pool-errors.ts';
import type { FromWorker, Load, OutcomeMessage, PinnedAnswers, Step } from './worker-protocol.ts';
import type { WorkerEvents, WorkerThread } from './worker-thread.ts';

/**
 * Containers are images, workers are CPUs. A container that ran last in a worker stays in its interpreter and is saved
 * only when another one needs the worker, so going on with it costs next to nothing.
 */
export interface Pool {
  /** Registers a container. Nothing is started before its first step. */
  add(name: string, container: FreshContainer): PooledContainer;
  /** Ends every worker. */
  dispose(): Promise<void>;
}

export interface PooledContainer {
  /**
   * Runs a step to its outcome. One at a time. `label` says what runs, for errors.
   * @throws SandboxError when Python cannot be started, the worker dies or the container is removed meanwhile.
   */
  step(step: Step, label: string): Promise<OutcomeMessage>;
  /** Forgets the container; a step of it that runs is cut short and rejected. */
  remove(): Promise<void>;
}

export interface PoolOptions {
  /** How many workers run containers at a time. */
  readonly workers: number;
  /** Largest heap of a container, in bytes. */
  readonly maxHeap: number;
  readonly loadAssets: () => Promise<Assets>;
  readonly startThread: (events: WorkerEvents) => WorkerThread;
}

type Place =
  | { readonly at: 'rest'; readonly load: Load }
  | { readonly at: 'worker'; readonly worker: PoolWorker }
  /** On its way out of a worker: its image has not arrived yet. */
  | { readonly at: 'leaving' }
  | { readonly at: 'lost'; readonly reason: string };

interface Entry {
  readonly name: string;
  place: Place;
  removed: boolean;
  job: Job | undefined;
}

interface Job {
  readonly entry: Entry;
  readonly step: Step;
  readonly label: string;
  resolve(outcome: OutcomeMessage): void;
  reject(error: Error): void;
}

interface PoolWorker {
  readonly thread: WorkerThread;
  state: 'booting' | 'idle' | 'busy' | 'pinned' | 'ended';
  resident: Entry | undefined;
  /** Whom `evicted` will be about. */
  leaving: Entry | undefined;
  job: Job | undefined;
  /** When it last got a job, to put the container out that has been idle longest. */
  used: number;
}

export function createPool(options: PoolOptions): Pool {
  const workers = new Set<PoolWorker>();
  const queue: Job[] = [];
  let jobs = 0;
  let disposed = false;

  const schedule = (): void => {
    for (const job of queue.slice()) {
      const worker = workerFor(job.entry);
      if (worker) {
        queue.splice(queue.indexOf(job), 1);
        dispatch(worker, job);
      }
    }
    const waiting = queue.filter(({ entry }) => entry.place.at === 'rest').length;
    const booting = count('booting');
    if (waiting > booting && mayStart()) start();
  };

  const workerFor = (entry: Entry): PoolWorker | undefined => {
    if (entry.place.at === 'worker') {
      const { worker } = entry.place;
      return worker.state === 'idle' ? worker : undefined;
    }
    if (entry.place.at !== 'rest') return undefined;
    const idle = [...workers].filter(({ state }) => state === 'idle');
    return idle.toSorted((a, b) => rank(a) - rank(b))[0];
  };
  // An empty worker first, then the one whose container has been idle longest.
  const rank = (worker: PoolWorker): number => (worker.resident ? worker.used : -1);

  const count = (state: PoolWorker['state']): number =>
    [...workers].filter((worker) => worker.state === state).length;

  /** A blocked worker is no CPU any more: when all are blocked, one more keeps the others' containers going. */
  const mayStart = (): boolean =>
    workers.size < options.workers || count('pinned') === workers.size;

  const dispatch = (worker: PoolWorker, job: Job): void => {
    const { entry } = job;
    const out = worker.resident === entry ? undefined : worker.resident;
    const load = entry.place.at === 'rest' ? entry.place.load : undefined;
    if (out) {
      out.place = { at: 'leaving' };
      worker.leaving = out;
    }
    entry.place = { at: 'worker', worker };
    worker.resident = entry;
    worker.job = job;
    worker.used = ++jobs;
    worker.state = 'busy';
    worker.thread.hold();
    worker.thread.task({ kind: 'task', evict: out !== undefined, load, step: job.step });
  };

  const start = (): void => {
    const worker: PoolWorker = {
      thread: options.startThread({
        message: (message) => receive(worker, message),
        ended: (reason) => end(worker, reason),
      }),
      state: 'booting',
      resident: undefined,
      leaving: undefined,
      job: undefined,
      used: 0,
    };
    workers.add(worker);
    options.loadAssets().then(
      (assets) => {
        if (worker.state === 'booting') worker.thread.boot(assets, options.maxHeap);
      },
      (error: unknown) => fail(worker, error instanceof Error ? error.message : String(error)),
    );
  };

  const receive = (worker: PoolWorker, message: FromWorker): void => {
    switch (message.kind) {
      case 'ready':
        worker.state = 'idle';
        worker.thread.release();
        schedule();
        return;
      case 'evicted':
        if (worker.leaving && !worker.leaving.removed) {
          worker.leaving.place = {
            at: 'rest',
            load: { kind: 'image', image: message.image },
          };
        }
        worker.leaving = undefined;
        schedule();
        return;
      case 'outcome': {
        const { job } = worker;
        worker.job = undefined;
        worker.state = message.pinned ? 'pinned' : 'idle';
        worker.thread.release();
        if (job) settle(job, (it) => it.resolve(message));
        schedule();
        return;
      }
      case 'failed':
        fail(worker, message.message);
        return;
      case 'built':
    }
  };

  const settle = (job: Job, how: (job: Job) => void): void => {
    job.entry.job = undefined;
    how(job);
  };

  const fail = (worker: PoolWorker, reason: string): void => {
    end(worker, reason);
    void worker.thread.terminate();
  };

  const end = (worker: PoolWorker, reason: string): void => {
    if (worker.state === 'ended') return;
    const booted = worker.state !== 'booting';
    worker.state = 'ended';
    workers.delete(worker);
    for (const entry of [worker.resident, worker.leaving]) {
      if (entry) entry.place = { at: 'lost', reason };
    }
    if (worker.job) {
      const { label, entry } = worker.job;
      settle(worker.job, (job) => job.reject(workerDied(entry.name, label, reason)));
    }
    // A container on its way out may have a step queued already.
    for (const job of queue.filter(({ entry }) => entry.place.at === 'lost')) {
      cancel(job, lost(job.entry.name, reason));
    }
    if (disposed) return;
    if (booted) schedule();
    else if (workers.size === 0) cancelAll(unavailable(reason));
  };

  const cancel = (job: Job, error: Error): void => {
    queue.splice(queue.indexOf(job), 1);
    settle(job, (it) => it.reject(error));
  };
  const cancelAll = (error: Error): void => {
    for (const job of queue.slice()) cancel(job, error);
  };

  const step = (entry: Entry, work: Step, label: string): Promise<OutcomeMessage> =>
    new Promise((resolve, reject) => {
      if (entry.place.at === 'lost') {
        reject(lost(entry.name, entry.place.reason));
        return;
      }
      const job: Job = { entry, step: work, label, resolve, reject };
      entry.job = job;
      const blocked = entry.place.at === 'worker' ? entry.place.worker : undefined;
      if (blocked?.state === 'pinned' && work.kind === 'resume') {
        wake(blocked, job, work);
        return;
      }
      queue.push(job);
      schedule();
    });

  const wake = (worker: PoolWorker, job: Job, { answers, at }: PinnedAnswers): void => {
    worker.job = job;
    worker.state = 'busy';
    worker.used = ++jobs;
    worker.thread.hold();
    worker.thread.wake({ answers, at });
  };

  const remove = async (entry: Entry): Promise<void> => {
    entry.removed = true;
    const worker = entry.place.at === 'worker' ? entry.place.worker : undefined;
    const { job } = entry;
    if (job && queue.includes(job)) cancel(job, removed(entry.name));
    else if (job) settle(job, (it) => it.reject(removed(entry.name)));
    if (!worker) return;
    worker.resident = undefined;
    if (worker.state === 'busy' || worker.state === 'pinned') {
      // Python cannot be interrupted from outside; a new worker takes the place of this one.
      worker.job = undefined;
      end(worker, 'its container was disposed of');
      await worker.thread.terminate();
    }
  };

  return {
    add: (name, container) => {
      const entry: Entry = {
        name,
        place: { at: 'rest', load: { kind: 'fresh', container } },
        removed: false,
        job: undefined,
      };
      return {
        step: (work, label) => step(entry, work, label),
        remove: () => remove(entry),
      };
    },
    dispose: async () => {
      disposed = true;
      const ending = [...workers];
      cancelAll(sandboxDisposed());
      for (const worker of ending) {
        if (worker.job) settle(worker.job, (job) => job.reject(sandboxDisposed()));
        worker.job = undefined;
        end(worker, 'the sandbox was disposed of');
      }
      await Promise.all(ending.map(({ thread }) => thread.terminate()));
    },
  };
}
