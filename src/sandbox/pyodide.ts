import { availableParallelism } from 'node:os';
import type { ContainerOptions, Sandbox, SandboxContainer } from '../protocol/sandbox.ts';
import { type ContainerParts, createContainer } from './container.ts';
import type { FreshContainer } from './container-image.ts';
import { type SandboxLimits, withDefaults } from './limits.ts';
import type { Pool } from './pool.ts';
import type { Load } from './worker-protocol.ts';
import { startRealTimer } from './real-timer.ts';
import { SandboxError } from './sandbox-error.ts';
import type { Shell } from './bash/shell-thread.ts';
import { inputDirectory } from './files/directories.ts';
import type { SandboxPackages, Wheel } from './packages/find-wheels.ts';

export type { SandboxLimits } from './limits.ts';
export type { SandboxPackages } from './packages/find-wheels.ts';
export { SandboxError, type SandboxErrorCode } from './sandbox-error.ts';

export interface PyodideSandboxOptions {
  /**
   * How many worker threads run containers at a time; each takes about 90 MB. Any number of containers shares them.
   * A cell that waits inside a synchronous function occupies its worker. Default: the number of cores, at most 2.
   */
  readonly workers?: number | undefined;
  /**
   * Largest memory of a container, in bytes; beyond it Python raises `MemoryError`. Its files may hold as much again; beyond
   * that writing fails as on a full disk. Default: 512 MiB.
   */
  readonly maxHeap?: number | undefined;
  /**
   * How many more worker threads may be blocked by cells that wait for answers inside synchronous code. A cell beyond
   * that gives its worker up and is run again, unseen, when its answers come. Default: 4.
   */
  readonly blockedWorkers?: number | undefined;
  /**
   * Real milliseconds a cell may run at a stretch. Virtual time ends nearly everything long before; this is for loops in
   * C that neither end nor tick, such as `sum(itertools.repeat(1))`. The outcome is marked `nondeterministic`.
   * Default: 20 000.
   */
  readonly watchdog?: number | undefined;
  /** What bounds a cell: time, calls, output. */
  readonly limits?: SandboxLimits | undefined;
  /** Packages for its containers, such as numpy, from wheels in a folder. Default: none but the standard library. */
  readonly packages?: SandboxPackages | undefined;
  /**
   * Folder for the interpreter's memory snapshot, which makes starting five times faster. A folder that cannot be
   * written to does no harm. Default: `CALLSHEET_CACHE_DIR`, else `callsheet` in the user's cache folder.
   */
  readonly cacheDirectory?: string | undefined;
}

const DEFAULT_WORKERS = 2;
const DEFAULT_BLOCKED_WORKERS = 4;
const DEFAULT_WATCHDOG = 20_000;
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
  return createSandbox(pool, options, pool.dispose);
}

let shared: LazyPool | undefined;

/**
 * A sandbox of its own on workers that all sandboxes made this way share, process-wide. Ids need to be unique within it
 * only, and disposing of it ends its own containers only.
 */
export function sharedSandbox(): Sandbox {
  shared ??= lazyPool({});
  return createSandbox(shared, {}, async () => {});
}

interface LazyPool {
  /** The shell, started by its first command. */
  readonly shell: () => Promise<Shell>;
  /** What its interpreters load. */
  readonly wheels: () => Promise<readonly Wheel[]>;
  get(): Promise<Pool>;
  /** Ends both, when they were ever needed. */
  readonly dispose: () => Promise<void>;
}

/** Neither Pyodide nor the worker machinery is loaded before the first container. */
function lazyPool(options: PyodideSandboxOptions): LazyPool {
  let pool: Promise<Pool> | undefined;
  let shell: Promise<Shell> | undefined;
  let wheels: Promise<readonly Wheel[]> | undefined;
  const open = async (): Promise<Pool> => {
    const [{ createPool }, { loadAssets }, { startWorkerThread }] = await Promise.all([
      import('./pool.ts'),
      import('./assets.ts'),
      import('./worker-thread.ts'),
    ]);
    // Once, and before any worker: that a wheel is missing is said by the first container.
    wheels = readWheels(options.packages);
    const found = await wheels;
    return createPool({
      workers: options.workers ?? Math.min(availableParallelism(), DEFAULT_WORKERS),
      blockedWorkers: options.blockedWorkers ?? DEFAULT_BLOCKED_WORKERS,
      watchdog: options.watchdog ?? DEFAULT_WATCHDOG,
      maxHeap: options.maxHeap ?? DEFAULT_MAX_HEAP,
      loadAssets: async () => ({ ...(await loadAssets(options.cacheDirectory)), wheels: found }),
      startThread: startWorkerThread,
      startTimer: startRealTimer,
    });
  };
  const openShell = async (): Promise<Shell> => {
    const { createShell } = await import('./bash/shell-thread.ts');
    return createShell({
      watchdog: options.watchdog ?? DEFAULT_WATCHDOG,
      startTimer: startRealTimer,
    });
  };
  return {
    get: () => (pool ??= open()),
    shell: () => (shell ??= openShell()),
    wheels: async () => (await wheels) ?? [],
    dispose: async () => {
      await (await shell)?.dispose();
      // A pool that could not be opened holds nothing.
      const opened = await pool?.catch(() => undefined);
      await opened?.dispose();
    },
  };
}

function createSandbox(
  pool: LazyPool,
  options: PyodideSandboxOptions,
  release: () => Promise<void>,
): Sandbox {
  const containers = new Map<string, SandboxContainer>();
  const limits = withDefaults(options.limits);
  let disposed = false;

  const version = async (): Promise<string> => {
    const { interpreterVersion } = await import('./assets.ts');
    const names = (await pool.wheels()).map(({ file }) => file);
    return [interpreterVersion(), ...names].join(' ');
  };
  const add = (opened: Pool, id: string, { state, active }: ContainerParts): SandboxContainer => {
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
    const container = createContainer(
      id,
      opened.add(id, state),
      {
        ...originOf(state.base),
        shell: pool.shell,
        startProcess: (seed, epoch) => {
          const { limits } = originOf(state.base);
          const container = { seed, epoch, limits, input: inputDirectory(seed) };
          return opened.add(`${id}/python3`, { base: { kind: 'fresh', container }, log: [] });
        },
        version,
        create: (other, parts) => add(opened, other, parts),
        onDispose: () => containers.delete(id),
      },
      active,
    );
    containers.set(id, container);
    return container;
  };

  return {
    createContainer: async ({ id, seed, epoch }: ContainerOptions) => {
      const container = { seed, epoch, limits, input: inputDirectory(seed) };
      const base = { kind: 'fresh', container } as const;
      return add(await pool.get(), id, { state: { base, log: [] } });
    },
    restoreContainer: async (checkpoint, { id }) => {
      const { decodeCheckpoint } = await import('./checkpoint.ts');
      return add(await pool.get(), id, decodeCheckpoint(checkpoint, await version()));
    },
    dispose: async () => {
      disposed = true;
      await Promise.all([...containers.values()].map((container) => container.dispose()));
      await release();
    },
  };
}

function originOf(base: Load): Pick<FreshContainer, 'seed' | 'limits'> {
  return base.kind === 'fresh' ? base.container : base.image;
}

async function readWheels(packages: SandboxPackages | undefined): Promise<readonly Wheel[]> {
  if (!packages) return [];
  const { findWheels } = await import('./packages/find-wheels.ts');
  return findWheels(packages);
}
