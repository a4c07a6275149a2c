import { MessageChannel, type TransferListItem, Worker } from 'node:worker_threads';
import type { Assets } from './assets.ts';
import type { DriverSources } from './snapshot-contents.ts';
import type { WasmModule } from './wasm.ts';
import type { FromWorker, TaskMessage, ToWorker, WakeUp } from './worker-protocol.ts';

/** Node 20 cannot start a worker from TypeScript; there, only the built package runs Python. */
const EXTENSION = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
const ENTRY = new URL(`./worker.${EXTENSION}`, import.meta.url);

/** One worker thread as the host sees it. */
export interface WorkerThread {
  /** Sends what to boot from. The answer is `ready`. */
  boot(assets: Assets, maxHeap: number): void;
  task(message: TaskMessage): void;
  /** Wakes the worker, which is blocked in a cell. */
  wake(message: WakeUp): void;
  /** Ends the cell that runs as if its time were up, when it is in code that can be interrupted. */
  interrupt(): void;
  /** While held, the process stays alive for this worker. */
  hold(): void;
  release(): void;
  terminate(): Promise<void>;
}

export interface WorkerEvents {
  readonly message: (message: FromWorker) => void;
  /** The thread has ended, by itself or not. Called once; no message follows. */
  readonly ended: (reason: string) => void;
}

/** Starts a worker thread that shares nothing with this process: no environment, no standard streams. */
export function startWorkerThread(events: WorkerEvents): WorkerThread {
  const worker = new Worker(ENTRY, {
    env: {},
    argv: [],
    execArgv: [],
    stdin: false,
    stdout: true,
    stderr: true,
    name: 'callsheet python',
  });
  const signal = new Int32Array(new SharedArrayBuffer(8));
  const { port1: ours, port2: theirs } = new MessageChannel();
  ours.unref();
  let reason: string | undefined;
  worker.on('message', events.message);
  worker.on('error', (error: unknown) => {
    reason ??= error instanceof Error ? error.message : String(error);
  });
  worker.on('exit', (code) => {
    ours.close();
    events.ended(reason ?? `it exited with code ${code}`);
  });
  const post = (message: ToWorker, transfer: TransferListItem[] = []): void => {
    worker.postMessage(message, transfer);
  };
  return {
    boot: ({ wasm, snapshot, wheels = [] }, maxHeap) => {
      const wake = signal.buffer;
      post({ kind: 'boot', wasm, snapshot, maxHeap, wheels, wake, answers: theirs }, [theirs]);
    },
    task: post,
    wake: (message) => {
      ours.postMessage(message, []);
      Atomics.store(signal, 0, 1);
      Atomics.notify(signal, 0);
    },
    interrupt: () => {
      Atomics.store(signal, 1, 1);
    },
    hold: () => worker.ref(),
    release: () => worker.unref(),
    terminate: async () => {
      reason ??= 'it was terminated';
      await worker.terminate();
    },
  };
}

/** Builds a snapshot in a thread of its own: building changes the realm for good. */
export function buildInWorker(wasm: WasmModule, driver: DriverSources): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(ENTRY, {
      env: {},
      argv: [],
      execArgv: [],
      stdout: true,
      stderr: true,
    });
    const fail = (reason: string): void => {
      reject(new Error(`Failed to build Python's memory snapshot: ${reason}.`));
    };
    worker.on('message', (message: FromWorker) => {
      if (message.kind === 'built') resolve(message.snapshot);
      else if (message.kind === 'failed') fail(message.message);
      void worker.terminate();
    });
    worker.on('error', (error: unknown) => fail(String(error)));
    worker.on('exit', (code) => fail(`the worker exited with code ${code}`));
    worker.postMessage({ kind: 'build', wasm, driver } satisfies ToWorker, []);
  });
}
