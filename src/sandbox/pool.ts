import { type ContainerState, Entry } from './pool-entry.ts';
import { removed, sandboxDisposed, unavailable, workerDied } from './pool-errors.ts';
import type { Job } from './pool-job.ts';
import { PoolWorker, type PoolWorkerOptions } from './pool-worker.ts';
import type { OutcomeMessage, Step } from './worker-protocol.ts';

/**
 * Containers are images, workers are CPUs. A container that ran last in a worker stays in its interpreter and is saved
 * only when another one needs the worker, so going on with it costs next to nothing. What it does meanwhile is logged:
 * when its worker ends, or is blocked by it and needed for others, it is run again from its last image.
 */
export interface Pool {
  /** Registers a container. Nothing is started before its first step. */
  add(name: string, state: ContainerState): PooledContainer;
  /** Ends every worker. */
  dispose(): Promise<void>;
}

export interface PooledContainer {
  /**
   * Runs a step to its outcome. One at a time. `label` says what runs, for errors.
   * @throws SandboxError when Python cannot be started, the worker dies twice or the container is removed meanwhile.
   */
  step(step: Step, label: string): Promise<OutcomeMessage>;
  /** The container as it is. Not while a step runs. */
  capture(): Promise<ContainerState>;
  /** Forgets the container; a step of it that runs is cut short and rejected. */
  remove(): Promise<void>;
}

export interface PoolOptions extends PoolWorkerOptions {
  /** How many workers run containers at a time. */
  readonly workers: number;
  /** How many more may be blocked by cells that wait for answers inside synchronous code. */
  readonly blockedWorkers: number;
}

/** A job is given to another worker once when its worker dies. */
const MAX_DEATHS = 1;

export function createPool(options: PoolOptions): Pool {
  const workers = new Set<PoolWorker>();
  const queue: Job[] = [];
  let uses = 0;

  /** The workers in one of these states, the one that was used longest ago first. */
  const all = (...states: PoolWorker['state'][]): PoolWorker[] =>
    [...workers].filter(({ state }) => states.includes(state)).toSorted((a, b) => a.used - b.used);
  const use = (worker: PoolWorker): PoolWorker => {
    worker.used = ++uses;
    return worker;
  };
  /** Where a container is; those that are in no worker rest as images. */
  const workerWith = (entry: Entry): PoolWorker | undefined =>
    [...workers].find(({ resident, saving }) => resident === entry || saving === entry);

  const schedule = (): void => {
    for (const job of queue.slice()) {
      const worker = workerFor(job.entry);
      if (!worker) continue;
      queue.splice(queue.indexOf(job), 1);
      use(worker).run(job);
    }
    const waiting = queue.filter(({ entry }) => !workerWith(entry)).length;
    // What is idle nevertheless has too large a heap.
    if (waiting > 0) for (const worker of all('idle')) worker.retire();
    if (waiting > all('booting', 'retiring').length) makeRoom();
    // Workers that were blocked and are free again may be more than were asked for.
    const surplus = all('idle', 'busy', 'booting').length - options.workers;
    for (const worker of all('idle').slice(0, Math.max(0, surplus))) worker.retire();
  };

  /** The worker that can run a container now. */
  const workerFor = (entry: Entry): PoolWorker | undefined => {
    const own = workerWith(entry);
    if (own) return own.resident === entry && own.state === 'idle' ? own : undefined;
    const idle = all('idle').filter(({ isLarge }) => !isLarge);
    return idle.find(({ resident }) => !resident) ?? idle[0];
  };

  /** Starts a worker when there may be one more, or frees a blocked one: its container is run again later. */
  const makeRoom = (): void => {
    const blocked = all('pinned');
    if (workers.size - blocked.length >= options.workers) return;
    const [longest] = blocked;
    if (longest && blocked.length > options.blockedWorkers) longest.free();
    else start();
  };

  const start = (): void => {
    const worker = new PoolWorker(options, {
      changed: schedule,
      ended: () => workers.delete(worker),
      died: (reason, job, hadBooted) => {
        if (job) tryAgain(job, reason);
        if (hadBooted) schedule();
        else if (workers.size === 0) rejectQueue(unavailable(reason));
      },
    });
    workers.add(worker);
  };

  /** The step of a worker that died is the next in another one. */
  const tryAgain = (job: Job, reason: string): void => {
    const { entry, label } = job;
    entry.log.pop();
    job.deaths += 1;
    if (job.deaths <= MAX_DEATHS) {
      queue.unshift(job);
    } else {
      entry.dropCell();
      job.reject(workerDied(entry.name, label, reason));
    }
  };

  const rejectQueue = (error: Error): void => {
    for (const job of queue.splice(0)) job.reject(error);
  };

  const step = (entry: Entry, work: Step, label: string): Promise<OutcomeMessage> =>
    new Promise((resolve, reject) => {
      const job: Job = { entry, step: work, label, deaths: 0, resolve, reject };
      const worker = workerWith(entry);
      if (worker?.state === 'pinned' && work.kind === 'resume') {
        use(worker).wake(job, work);
      } else {
        queue.push(job);
        schedule();
      }
    });

  const capture = async (entry: Entry): Promise<ContainerState> => {
    const worker = workerWith(entry);
    if (worker?.state === 'idle') use(worker).save();
    if (worker?.saving === entry) await worker.saved();
    return { base: entry.base, log: entry.log.slice() };
  };

  const remove = async (entry: Entry): Promise<void> => {
    const error = removed(entry.name);
    const worker = workerWith(entry);
    const queued = queue.findIndex((job) => job.entry === entry);
    if (queued !== -1) queue.splice(queued, 1)[0]?.reject(error);
    if (worker?.resident === entry) await worker.expel(error);
  };

  return {
    add: (name, state) => {
      const entry = new Entry(name, state);
      return {
        step: (work, label) => step(entry, work, label),
        capture: () => capture(entry),
        remove: () => remove(entry),
      };
    },
    dispose: async () => {
      rejectQueue(sandboxDisposed());
      await Promise.all([...workers].map((worker) => worker.stop(sandboxDisposed())));
    },
  };
}
