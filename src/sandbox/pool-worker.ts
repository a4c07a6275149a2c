import type { Assets } from './assets.ts';
import type { ContainerImage } from './container-image.ts';
import type { Entry } from './pool-entry.ts';
import { type Job, overdueOutcome } from './pool-job.ts';
import type { StartTimer } from './real-timer.ts';
import type { FromWorker, OutcomeMessage, PinnedAnswers } from './worker-protocol.ts';
import type { WorkerEvents, WorkerThread } from './worker-thread.ts';

export interface PoolWorkerOptions {
  /** Largest heap of a container, in bytes. */
  readonly maxHeap: number;
  /** Real milliseconds a step may take; then it is interrupted, and a little later its worker is ended. */
  readonly watchdog: number;
  readonly loadAssets: () => Promise<Assets>;
  readonly startThread: (events: WorkerEvents) => WorkerThread;
  readonly startTimer: StartTimer;
}

export interface PoolWorkerEvents {
  /** It is free for something, or leaves room for another one. */
  readonly changed: () => void;
  /** Called once, however it ended. */
  readonly ended: () => void;
  /** Called then when nobody ended it: in the middle of a job, perhaps, or before it had booted. */
  readonly died: (reason: string, job: Job | undefined, hadBooted: boolean) => void;
}

/** How much longer than a step that is interrupted its worker may live, in real milliseconds. */
const GRACE = 1000;

/** A worker from its boot to its end: which container is in it, and what it does. */
export class PoolWorker {
  /** `pinned`: blocked by a cell that waits. `retiring`: its container is on the way out, then it ends. */
  state: 'booting' | 'idle' | 'busy' | 'pinned' | 'retiring' | 'ended' = 'booting';
  /** The container in its interpreter. */
  resident: Entry | undefined;
  /** Whom the next image will be of. */
  saving: Entry | undefined;
  /** When it last got something to do, in the pool's count. */
  used = 0;

  readonly #options: PoolWorkerOptions;
  readonly #events: PoolWorkerEvents;
  readonly #thread: WorkerThread;
  #job: Job | undefined;
  /** Size of its heap in bytes, as far as known, and from where on it is a large one. */
  #heap = 0;
  #largeHeap = Infinity;
  #stopWatch = (): void => {};
  #listeners: (() => void)[] = [];

  constructor(options: PoolWorkerOptions, events: PoolWorkerEvents) {
    this.#options = options;
    this.#events = events;
    this.#thread = options.startThread({
      message: (message) => this.#receive(message),
      ended: (reason) => this.#die(reason),
    });
    options.loadAssets().then(
      (assets) => this.#boot(assets),
      (error: unknown) => this.#die(error instanceof Error ? error.message : String(error)),
    );
  }

  /** A heap never shrinks: a large one makes every exchange slow, and memory limits depend on who was there before. */
  get isLarge(): boolean {
    return this.#heap > this.#largeHeap;
  }

  /** Settles when the image that is being made is there, or never will be. */
  saved(): Promise<void> {
    return new Promise((resolve) => this.#listeners.push(resolve));
  }

  /** While idle: runs a job of the resident, or of a container that takes its place; then the resident is saved. */
  run(job: Job): void {
    const { entry, step } = job;
    const stays = this.resident === entry;
    const save = stays ? entry.isLong(step.at) : this.resident !== undefined;
    if (save) this.saving = this.resident;
    this.resident = entry;
    this.#occupy(job);
    this.#thread.task({
      kind: 'task',
      save,
      load: stays ? undefined : entry.base,
      replay: stays ? [] : entry.log.slice(),
      step,
    });
    this.#watch(stays ? 1 : entry.log.length + 1);
    entry.log.push(step);
  }

  /** While pinned: the cell that blocks it runs on. */
  wake(job: Job, { answers, at }: PinnedAnswers): void {
    this.#occupy(job);
    this.#thread.wake({ answers, at });
    this.#watch();
    job.entry.log.push(job.step);
  }

  /** While pinned: it drops the cell that blocks it, and is as after its boot. */
  free(): void {
    this.resident = undefined;
    this.state = 'booting';
    this.#thread.hold();
    this.#thread.wake('drop');
  }

  /** While idle: an image of the resident is made. */
  save(): void {
    this.saving = this.resident;
    this.#occupy(undefined);
    this.#thread.task({ kind: 'task', save: true, replay: [] });
    this.#watch();
  }

  /** While idle: it ends when the resident is saved. */
  retire(): void {
    if (!this.resident) {
      void this.stop();
      return;
    }
    this.save();
    this.resident = undefined;
    this.state = 'retiring';
  }

  /** Lets go of the resident, unsaved. What runs cannot be interrupted from outside: the worker ends with it. */
  async expel(error: Error): Promise<void> {
    this.resident = undefined;
    if (this.state !== 'busy' && this.state !== 'pinned') return;
    const ended = this.stop(error);
    this.#events.changed();
    await ended;
  }

  /** Ends it now. A job that it runs fails; containers lose nothing else. */
  async stop(error?: Error): Promise<void> {
    const job = this.#takeJob();
    this.#stopWatch();
    this.state = 'ended';
    this.#events.ended();
    this.#tellSaved();
    if (error) job?.reject(error);
    await this.#thread.terminate();
  }

  #boot(assets: Assets): void {
    const { maxHeap } = this.#options;
    this.#largeHeap = Math.min(2 * assets.snapshot.length, maxHeap);
    if (this.state === 'booting') this.#thread.boot(assets, maxHeap);
  }

  #receive(message: FromWorker): void {
    if (this.state === 'ended') return;
    switch (message.kind) {
      case 'ready':
        this.#receiveReady(message.heap ?? 0);
        return;
      case 'saved':
        this.#receiveImage(message.image);
        return;
      case 'replayed':
        this.#watch();
        return;
      case 'outcome':
        this.#receiveOutcome(message);
        return;
      case 'failed':
        this.#die(message.message);
        return;
      case 'built':
    }
  }

  #receiveReady(heap: number): void {
    // With packages a heap is larger from the start.
    this.#largeHeap = Math.min(Math.max(this.#largeHeap, 2 * heap), this.#options.maxHeap);
    this.#rest('idle');
    this.#events.changed();
  }

  #receiveImage(image: ContainerImage): void {
    this.saving?.setImage(image, this.#job?.entry === this.saving);
    this.saving = undefined;
    this.#tellSaved();
    if (this.state === 'retiring') void this.stop();
    else if (!this.#job) this.#rest('idle');
    this.#events.changed();
  }

  #receiveOutcome(outcome: OutcomeMessage): void {
    const job = this.#takeJob();
    this.#heap = outcome.heap;
    this.#rest(outcome.pinned ? 'pinned' : 'idle');
    if (outcome.image) job?.entry.setImage(outcome.image, false);
    job?.resolve(outcome);
    this.#events.changed();
  }

  #die(reason: string): void {
    if (this.state === 'ended') return;
    const hadBooted = this.state !== 'booting';
    const job = this.#takeJob();
    void this.stop();
    this.#events.died(reason, job, hadBooted);
  }

  #occupy(job: Job | undefined): void {
    this.#job = job;
    this.state = 'busy';
    this.#thread.hold();
  }

  #rest(state: 'idle' | 'pinned'): void {
    this.#stopWatch();
    this.state = state;
    this.#thread.release();
  }

  #takeJob(): Job | undefined {
    const job = this.#job;
    this.#job = undefined;
    return job;
  }

  #tellSaved(): void {
    for (const listener of this.#listeners.splice(0)) listener();
  }

  #watch(steps = 1): void {
    const { startTimer, watchdog } = this.#options;
    this.#stopWatch();
    this.#stopWatch = startTimer(watchdog * steps, () => {
      this.#thread.interrupt();
      this.#stopWatch = startTimer(Math.min(GRACE, watchdog), () => this.#overdue());
    });
  }

  /** The step does not end by itself, nor when interrupted. */
  #overdue(): void {
    const job = this.#takeJob();
    void this.stop();
    if (job) {
      const outcome = overdueOutcome(job);
      job.entry.dropCell();
      job.resolve(outcome);
    }
    this.#events.changed();
  }
}
