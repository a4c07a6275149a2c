import { availableParallelism } from 'node:os';
import type { ContainerOptions, Sandbox, SandboxContainer } from '../protocol/sandbox.ts';
import { createContainer } from './container.ts';
import type { Pool } from './pool.ts';
import { SandboxError } from './sandbox-error.ts';

export { SandboxError, type SandboxErrorCode } from './sandbox-error.ts';

export interface PyodideSandboxOptions {
  /**
   * How many worker threads run containers at a time; each takes about 90 MB. Any number of containers shares them.
   * A cell that waits inside a synchronous function occupies its worker. Default: the number of cores, at most 2.
   */
  readonly workers?: number | undefined;
  /** Largest memory of a container, in bytes; beyond it Python raises `MemoryError`. Default: 512 MiB. */
  readonly maxHeap?: number | undefined;
  /**
   * Folder for the interpreter's memory snapshot, which makes starting five times faster. A folder that cannot be
   * written to does no harm. Default: `CALLSHEET_CACHE_DIR`, else `callsheet` in the user's cache folder.
   */
  readonly cacheDirectory?: string | undefined;
}

const DEFAULT_WORKERS = 2;
const DEFAULT_MAX_HEAP = 512 * 1024 * 1024;

/**
 * A sandbox that runs cells in Python (Pyodide) in worker threads, closed off from this machine: no host files, no
 * network, no processes, and virtual time.
 *
 * Making one costs nothing; Python starts at the first cell. Nothing keeps the process alive while no cell runs.
 * Methods reject with `SandboxError`.
 */
export function pyodideSandbox(options: PyodideSandboxOptions = {}): Sandbox {
  const pool = lazyPool(options);
  return createSandbox(pool, async () => (await pool.opened())?.dispose());
}

let shared: LazyPool | undefined;

/**
 * A sandbox of its own on workers that all sandboxes made this way share, process-wide. Ids need to be unique within it
 * only, and disposing of it ends its own containers only.
 */
export function sharedSandbox(): Sandbox {
  shared ??= lazyPool({});
  return createSandbox(shared, async () => {});
}

interface LazyPool {
  get(): Promise<Pool>;
  /** The pool, when it was ever needed. */
  opened(): Promise<Pool> | undefined;
}

/** Neither Pyodide nor the worker machinery is loaded before the first container. */
function lazyPool(options: PyodideSandboxOptions): LazyPool {
  let pool: Promise<Pool> | undefined;
  const open = async (): Promise<Pool> => {
    const [{ createPool }, { loadAssets }, { startWorkerThread }] = await Promise.all([
      import('./pool.ts'),
      import('./assets.ts'),
      import('./worker-thread.ts'),
    ]);
    return createPool({
      workers: options.workers ?? Math.min(availableParallelism(), DEFAULT_WORKERS),
      maxHeap: options.maxHeap ?? DEFAULT_MAX_HEAP,
      loadAssets: () => loadAssets(options.cacheDirectory),
      startThread: startWorkerThread,
    });
  };
  return { get: () => (pool ??= open()), opened: () => pool };
}

function createSandbox(pool: LazyPool, release: () => Promise<void>): Sandbox {
  const containers = new Map<string, SandboxContainer>();
  let disposed = false;
  return {
    createContainer: async ({ id, seed, epoch }: ContainerOptions) => {
      const opened = await pool.get();
      if (disposed) {
        throw new SandboxError(
          'sandbox.disposed',
          `Cannot create container "${id}": the sandbox was disposed of.`,
        );
      }
      if (containers.has(id)) {
        throw new SandboxError(
          'container.exists',
          `Cannot create container "${id}": the sandbox has one with this id. Dispose of it first, or use another id.`,
        );
      }
      const container = createContainer(id, opened.add(id, { seed, epoch }), () =>
        containers.delete(id),
      );
      containers.set(id, container);
      return container;
    },
    dispose: async () => {
      disposed = true;
      await Promise.all([...containers.values()].map((container) => container.dispose()));
      await release();
    },
  };
}
