import type { Assets } from './assets.ts';
import { removed, sandboxDisposed, unavailable, workerDied } from './pool-errors.ts';
import { dropCell, type Entry, type Job, overdueOutcome, type PoolWorker } from './pool-worker.ts';
import type { StartTimer } from './real-timer.ts';
import type { FromWorker, Load, OutcomeMessage, PinnedAnswers, Step } from './worker-protocol.ts';
import type { WorkerEvents, WorkerThread } from './worker-thread.ts';

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

/** All there is to a container: where it starts from, and what it has done since. */
export interface ContainerState {
  readonly base: Load;
  readonly log: readonly Step[];
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

export interface PoolOptions {
  /** How many workers run containers at a time. */
  readonly workers: number;
  /** How many more may be blocked by cells that wait for answers inside synchronous code. */
  readonly blockedWorkers: number;
  /** Largest heap of a container, in bytes. */
  readonly maxHeap: number;
  /** Real milliseconds a step may take; then it is interrupted, and a little later its worker is ended. */
  readonly watchdog: number;
  readonly loadAssets: () => Promise<Assets>;
  readonly startThread: (events: WorkerEvents) => WorkerThread;
  readonly startTimer: StartTimer;
}

/**
 * When a log is long, in steps or in virtual milliseconds, an image of the container is taken, so that running it again
 * never takes long. Taking one costs as much as a few dozen small cells.
 */
const MAX_LOG = 512;
const MAX_LOG_TIME = 20_000;
/** How much longer than a step that is interrupted its worker may live, in real milliseconds. */
const GRACE = 1000;
/** A job is given to another worker once when its worker dies. */
const MAX_DEATHS = 1;

/** Virtual time passes where the CPU works, so it says how long running the steps again would take. */
function isLong(log: readonly Step[], now: number): boolean {
  const [first] = log;
  return first !== undefined && (log.length >= MAX_LOG || now - first.at >= MAX_LOG_TIME);
}

export function createPool(options: PoolOptions): Pool {
  const workers = new Set<PoolWorker>();
  const queue: Job[] = [];
  let jobs = 0;
  let disposed = false;
  let recycleAbove = Infinity;

  const all = (...states: PoolWorker['state'][]): PoolWorker[] =>
    [...workers].filter(({ state }) => states.includes(state));

  const schedule = (): void => {
    for (const job of queue.slice()) {
      const worker = workerFor(job.entry);
      if (worker) {
        queue.splice(queue.indexOf(job), 1);
        dispatch(worker, job);
      }
    }
    const waiting = queue.filter(({ entry }) => entry.place.at === 'rest').length;
    if (waiting > 0) for (const worker of all('idle')) retire(worker);
    if (waiting > all('booting', 'retiring').length) makeRoom();
    // Workers that were blocked and are free again may be more than were asked for.
    const surplus = all('idle', 'busy', 'booting').length - options.workers;
    const idle = all('idle').toSorted((a, b) => a.used - b.used);
    for (const worker of idle.slice(0, Math.max(0, surplus))) retire(worker);
  };

  /** Starts a worker when there may be one more, or frees a blocked one: its container is run again later. */
  const makeRoom = (): void => {
    const blocked = all('pinned').toSorted((a, b) => a.used - b.used);
    if (workers.size - blocked.length >= options.workers) return;
    const [longest] = blocked;
    if (longest && blocked.length > options.blockedWorkers) free(longest);
    else start();
  };

  const workerFor = (entry: Entry): PoolWorker | undefined => {
    if (entry.place.at === 'worker') {
      const { worker } = entry.place;
      return worker.state === 'idle' ? worker : undefined;
    }
    if (entry.place.at === 'leaving') return undefined;
    // A heap never shrinks: a large one makes every exchange slow, and memory limits depend on who was there before.
    const idle = all('idle').filter(({ heap }) => heap <= recycleAbove);
    return idle.toSorted((a, b) => rank(a) - rank(b))[0];
  };
  const dispatch = (worker: PoolWorker, job: Job): void => {
    const { entry } = job;
    const stays = worker.resident === entry;
    if (worker.resident && !stays) worker.resident.place = { at: 'leaving' };
    const save = stays ? isLong(entry.log, job.step.at) : worker.resident !== undefined;
    if (save) worker.saving = worker.resident;
    occupy(worker, job);
    worker.resident = entry;
    entry.place = { at: 'worker', worker };
    worker.thread.task({
      kind: 'task',
      save,
      load: stays ? undefined : entry.base,
      replay: stays ? [] : entry.log.slice(),
      step: job.step,
    });
    watch(worker, stays ? 1 : entry.log.length + 1);
    entry.log.push(job.step);
  };

  const occupy = (worker: PoolWorker, job: Job | undefined): void => {
    worker.job = job;
    worker.used = ++jobs;
    worker.state = 'busy';
    worker.thread.hold();
  };

  const watch = (worker: PoolWorker, steps = 1): void => {
    worker.stopWatch();
    worker.stopWatch = options.startTimer(options.watchdog * steps, () => {
      worker.thread.interrupt();
      worker.stopWatch = options.startTimer(Math.min(GRACE, options.watchdog), () => {
        overdue(worker);
      });
    });
  };

  /** The step does not end by itself, nor when interrupted. */
  const overdue = (worker: PoolWorker): void => {
    const { job } = worker;
    worker.job = undefined;
    abort(worker);
    if (!job) return;
    const outcome = overdueOutcome(job.entry, job.step);
    dropCell(job.entry);
    settle(job, (it) => it.resolve(outcome));
    schedule();
  };

  /** Takes a worker out of service: its container is saved, then it ends. */
  const retire = (worker: PoolWorker): void => {
    if (worker.state !== 'idle') return;
    if (!worker.resident) {
      abort(worker);
      return;
    }
    const { resident } = worker;
    save(worker, resident);
    resident.place = { at: 'leaving' };
    worker.resident = undefined;
    worker.state = 'retiring';
  };

  const save = (worker: PoolWorker, entry: Entry): void => {
    worker.saving = entry;
    occupy(worker, undefined);
    worker.thread.task({ kind: 'task', save: true, replay: [] });
    watch(worker);
  };

  const start = (): void => {
    const worker: PoolWorker = {
      thread: options.startThread({
        message: (message) => receive(worker, message),
        ended: (reason) => end(worker, reason),
      }),
      state: 'booting',
      resident: undefined,
      saving: undefined,
      job: undefined,
      used: 0,
      heap: 0,
      stopWatch: () => {},
    };
    workers.add(worker);
    options.loadAssets().then(
      (assets) => {
        recycleAbove = Math.min(2 * assets.snapshot.length, options.maxHeap);
        if (worker.state === 'booting') worker.thread.boot(assets, options.maxHeap);
      },
      (error: unknown) => fail(worker, error instanceof Error ? error.message : String(error)),
    );
  };

  const receive = (worker: PoolWorker, message: FromWorker): void => {
    if (worker.state === 'ended') return;
    switch (message.kind) {
      case 'ready':
        // With packages a heap is larger from the start.
        recycleAbove = Math.min(Math.max(recycleAbove, 2 * (message.heap ?? 0)), options.maxHeap);
        worker.state = 'idle';
        worker.thread.release();
        schedule();
        return;
      case 'saved':
        receiveImage(worker, { kind: 'image', image: message.image });
        return;
      case 'replayed':
        watch(worker);
        return;
      case 'outcome':
        receiveOutcome(worker, message);
        return;
      case 'failed':
        fail(worker, message.message);
        return;
      case 'built':
    }
  };

  const receiveImage = (worker: PoolWorker, image: Load): void => {
    const entry = worker.saving;
    worker.saving = undefined;
    if (entry) {
      entry.base = image;
      // What runs now was logged when it began, and comes after the image.
      entry.log = worker.job?.entry === entry ? entry.log.slice(-1) : [];
      if (worker.resident !== entry) entry.place = { at: 'rest' };
      notify(entry);
    }
    if (worker.state === 'retiring') abort(worker);
    else if (!worker.job) rest(worker, 'idle');
    schedule();
  };

  const receiveOutcome = (worker: PoolWorker, message: OutcomeMessage): void => {
    const { job } = worker;
    worker.job = undefined;
    worker.heap = message.heap;
    rest(worker, message.pinned ? 'pinned' : 'idle');
    if (message.image && job) {
      job.entry.base = { kind: 'image', image: message.image };
      job.entry.log = [];
    }
    if (job) settle(job, (it) => it.resolve(message));
    schedule();
  };

  const fail = (worker: PoolWorker, reason: string): void => {
    end(worker, reason);
    void worker.thread.terminate();
  };

  /** Ends a worker on purpose. Its containers lose nothing. */
  const abort = (worker: PoolWorker): void => {
    takeOut(worker);
    void worker.thread.terminate();
  };

  const takeOut = (worker: PoolWorker): void => {
    worker.stopWatch();
    worker.state = 'ended';
    workers.delete(worker);
    for (const entry of new Set([worker.resident, worker.saving])) {
      if (!entry) continue;
      entry.place = { at: 'rest' };
      notify(entry);
    }
  };

  const end = (worker: PoolWorker, reason: string): void => {
    if (worker.state === 'ended') return;
    const booted = worker.state !== 'booting';
    const { job } = worker;
    takeOut(worker);
    if (job) {
      job.deaths += 1;
      job.entry.log.pop();
      if (job.deaths <= MAX_DEATHS && !disposed) {
        queue.unshift(job);
      } else {
        dropCell(job.entry);
        settle(job, (it) => it.reject(workerDied(job.entry.name, job.label, reason)));
      }
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
      const job: Job = { entry, step: work, label, deaths: 0, resolve, reject };
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
    occupy(worker, job);
    job.entry.log.push(job.step);
    worker.thread.wake({ answers, at });
    watch(worker);
  };

  const capture = async (entry: Entry): Promise<ContainerState> => {
    const worker = entry.place.at === 'worker' ? entry.place.worker : undefined;
    if (worker?.state === 'idle') save(worker, entry);
    if (entry.place.at === 'leaving' || worker?.saving === entry) {
      await new Promise<void>((resolve) => entry.saved.push(resolve));
    }
    return { base: entry.base, log: entry.log.slice() };
  };

  const remove = async (entry: Entry): Promise<void> => {
    entry.removed = true;
    const worker = entry.place.at === 'worker' ? entry.place.worker : undefined;
    const { job } = entry;
    if (job && queue.includes(job)) cancel(job, removed(entry.name));
    else if (job) settle(job, (it) => it.reject(removed(entry.name)));
    notify(entry);
    if (!worker) return;
    worker.resident = undefined;
    if (worker.state === 'busy' || worker.state === 'pinned') {
      // Python cannot be interrupted from outside; a new worker takes the place of this one.
      worker.job = undefined;
      takeOut(worker);
      schedule();
      await worker.thread.terminate();
    }
  };

  return {
    add: (name, { base, log }) => {
      const entry: Entry = {
        name,
        limits: base.kind === 'fresh' ? base.container.limits : base.image.limits,
        base,
        log: [...log],
        place: { at: 'rest' },
        removed: false,
        job: undefined,
        saved: [],
      };
      return {
        step: (work, label) => step(entry, work, label),
        capture: () => capture(entry),
        remove: () => remove(entry),
      };
    },
    dispose: async () => {
      disposed = true;
      const ending = [...workers];
      cancelAll(sandboxDisposed());
      for (const worker of ending) {
        const { job } = worker;
        worker.job = undefined;
        takeOut(worker);
        if (job) settle(job, (it) => it.reject(sandboxDisposed()));
      }
      await Promise.all(ending.map(({ thread }) => thread.terminate()));
    },
  };
}

function rank(worker: PoolWorker): number {
  return worker.resident ? worker.used : -1;
}

function rest(worker: PoolWorker, state: 'idle' | 'pinned'): void {
  worker.stopWatch();
  worker.state = state;
  worker.thread.release();
}

function notify(entry: Entry): void {
  for (const listener of entry.saved.splice(0)) listener();
}

function settle(job: Job, how: (job: Job) => void): void {
  job.entry.job = undefined;
  how(job);
}

/** Makes a blocked worker drop its cell; it says `ready` when it has. */
function free(worker: PoolWorker): void {
  if (worker.resident) worker.resident.place = { at: 'rest' };
  worker.resident = undefined;
  worker.state = 'booting';
  worker.thread.hold();
  worker.thread.wake('drop');
}
