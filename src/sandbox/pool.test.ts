import { expect, test } from 'vitest';
import { withDefaults } from './limits.ts';
import { createPool, type Pool, type PoolOptions } from './pool.ts';
import type { ContainerState } from './pool-entry.ts';
import type { FromWorker, OutcomeMessage, Step, TaskMessage } from './worker-protocol.ts';
import type { WorkerEvents, WorkerThread } from './worker-thread.ts';

const FRESH: ContainerState = {
  base: {
    kind: 'fresh',
    container: { seed: 'seed', epoch: 0, limits: withDefaults(), input: '/files/input/0' },
  },
  log: [],
};
const STEP: Step = { kind: 'run', cell: 'cell', code: '', tools: [], at: 0 };
const ANSWERS = { answers: [], at: 0 };
const RESUME: Step = { kind: 'resume', ...ANSWERS };

test('no thread starts before the first step', () => {
  const { pool, threads } = fakePool(2);
  pool.add('a', FRESH);
  expect(threads).toEqual([]);
});

test('one thread boots for one waiting step', async () => {
  const { pool, threads } = fakePool(2);
  void pool.add('a', FRESH).step(STEP, 'cell');
  await settled();
  expect(threads.map(({ log }) => log)).toEqual([['boot']]);
});

test('a step on the container that is in a worker neither saves nor loads', async () => {
  const { pool, threads } = fakePool(1);
  const a = pool.add('a', FRESH);
  await finish(threads, a.step(STEP, 'cell 1'));
  void a.step(STEP, 'cell 2');
  expect(threads[0]?.log.slice(-1)).toEqual(['run']);
});

test('another container puts the one in the worker out, and its image brings it back', async () => {
  const { pool, threads } = fakePool(1);
  const [a, b] = [pool.add('a', FRESH), pool.add('b', FRESH)];
  await finish(threads, a.step(STEP, 'cell'));
  await finish(threads, b.step(STEP, 'cell'));
  await finish(threads, a.step(STEP, 'cell'));
  expect(threads[0]?.log).toEqual([
    'boot',
    'load fresh, run',
    'save, load fresh, run',
    'save, load image, run',
  ]);
});

test('steps of several containers wait for the workers there are', async () => {
  const { pool, threads } = fakePool(2);
  const steps = ['a', 'b', 'c', 'd'].map((name) => pool.add(name, FRESH).step(STEP, 'cell'));
  await settled();
  for (const thread of threads) thread.ready();
  expect(threads).toHaveLength(2);
  await Promise.all(steps.map((step) => finish(threads, step)));
});

test('a pinned container is answered where it is, and does not block another one', async () => {
  const { pool, threads } = fakePool(1);
  const [a, b] = [pool.add('a', FRESH), pool.add('b', FRESH)];
  const paused = a.step(STEP, 'cell');
  await settled();
  threads[0]?.ready();
  threads[0]?.send(outcome({ state: 'paused', pinned: true }));
  await paused;
  await finish(threads, b.step(STEP, 'cell'));
  void a.step(RESUME, 'cell');
  expect(threads.map(({ log }) => log)).toEqual([
    ['boot', 'load fresh, run', 'wake'],
    ['boot', 'load fresh, run'],
  ]);
});

test('a blocked worker that is one too many gives way, and its container is run again with its answers', async () => {
  const { pool, threads } = fakePool(1, { blockedWorkers: 0 });
  const [a, b] = [pool.add('a', FRESH), pool.add('b', FRESH)];
  const paused = a.step(STEP, 'cell');
  await settled();
  threads[0]?.ready();
  threads[0]?.send(outcome({ state: 'paused', pinned: true }));
  await paused;
  await finish(threads, b.step(STEP, 'cell'));
  await finish(threads, a.step(RESUME, 'cell'));
  expect(threads.map(({ log }) => log)).toEqual([
    ['boot', 'load fresh, run', 'drop', 'load fresh, run', 'save, load fresh, replay 1, resume'],
  ]);
});

test('workers that were blocked and are free again do not stay', async () => {
  const { pool, threads } = fakePool(1);
  const [a, b] = [pool.add('a', FRESH), pool.add('b', FRESH)];
  const paused = a.step(STEP, 'cell');
  await settled();
  threads[0]?.ready();
  threads[0]?.send(outcome({ state: 'paused', pinned: true }));
  await paused;
  await finish(threads, b.step(STEP, 'cell'));
  await finish(threads, a.step(RESUME, 'cell'));
  await settled();
  expect(threads.map(({ log }) => log.at(-1))).toEqual(['wake', 'terminate']);
});

test('a step whose thread dies runs again in another thread, after what the container did before', async () => {
  const { pool, threads } = fakePool(1);
  const a = pool.add('a', FRESH);
  await finish(threads, a.step(STEP, 'cell 1'));
  const running = a.step(STEP, 'cell 2');
  await settled();
  threads[0]?.end('out of memory');
  await finish(threads, running);
  expect(threads[1]?.log).toEqual(['boot', 'load fresh, replay 1, run']);
});

test('a step of which two threads die is rejected, and the container goes on from before it', async () => {
  const { pool, threads } = fakePool(1);
  const a = pool.add('a', FRESH);
  const running = a.step(STEP, 'cell "cell_1"');
  for (const n of [0, 1]) {
    await settled();
    threads[n]?.ready();
    threads[n]?.end('out of memory');
  }
  await expect(running).rejects.toMatchObject({
    code: 'worker.died',
    message:
      'The worker that ran cell "cell_1" of container "a" died: out of memory. ' +
      'So did the worker that ran it again. The container is as it was before the cell.',
  });
  await finish(threads, a.step(STEP, 'cell'));
  expect(threads[2]?.log).toEqual(['boot', 'load fresh, run']);
});

test('a container on its way out of a thread that dies is run again', async () => {
  const { pool, threads } = fakePool(1);
  const [a, b] = [pool.add('a', FRESH), pool.add('b', FRESH)];
  await finish(threads, a.step(STEP, 'cell'));
  const running = b.step(STEP, 'cell');
  const queued = a.step(STEP, 'cell');
  threads[0]?.end('it exited with code 1');
  await finish(threads, running);
  await finish(threads, queued);
  expect(threads[1]?.log).toEqual(['boot', 'load fresh, run', 'save, load fresh, replay 1, run']);
});

test('a step that takes too long is interrupted, then ended, and counts as one whose time was up', async () => {
  const { pool, threads, passTime } = fakePool(1);
  const a = pool.add('a', FRESH);
  await finish(threads, a.step(STEP, 'cell'));
  const running = a.step({ ...STEP, at: 5 }, 'cell');
  passTime();
  passTime();
  expect(await running).toMatchObject({
    state: 'finished',
    timedOut: true,
    nondeterministic: true,
    returnCode: 1,
    at: 90_005,
  });
  await finish(threads, a.step(STEP, 'cell'));
  expect(threads.map(({ log }) => log)).toEqual([
    ['boot', 'load fresh, run', 'run', 'interrupt', 'terminate'],
    ['boot', 'load fresh, replay 1, run'],
  ]);
});

test('a thread that does not save its container is ended, and another one takes what waits', async () => {
  const { pool, threads, passTime } = fakePool(1);
  const [a, b] = [pool.add('a', FRESH), pool.add('b', FRESH)];
  await finish(threads, a.step(STEP, 'cell'));
  threads[0]!.saves = false;
  const captured = a.capture();
  const waiting = b.step(STEP, 'cell');
  passTime();
  passTime();
  await finish(threads, waiting);
  expect(await captured).toEqual({ base: FRESH.base, log: [STEP] });
  expect(threads.map(({ log }) => log)).toEqual([
    ['boot', 'load fresh, run', 'save', 'interrupt', 'terminate'],
    ['boot', 'load fresh, run'],
  ]);
});

test('a thread with a grown heap is replaced before it gets another container', async () => {
  const { pool, threads } = fakePool(1, { maxHeap: 100 });
  const [a, b] = [pool.add('a', FRESH), pool.add('b', FRESH)];
  await finish(threads, a.step(STEP, 'cell'), { heap: 200 });
  await finish(threads, a.step(STEP, 'cell'), { heap: 200 });
  await finish(threads, b.step(STEP, 'cell'));
  expect(threads.map(({ log }) => log)).toEqual([
    ['boot', 'load fresh, run', 'run', 'save', 'terminate'],
    ['boot', 'load fresh, run'],
  ]);
});

test('a container whose steps took long is saved, so that running them again does not', async () => {
  const { pool, threads } = fakePool(1);
  const a = pool.add('a', FRESH);
  for (const at of [0, 19_999, 20_000]) {
    await finish(threads, a.step({ ...STEP, at }, 'cell'));
  }
  expect(threads[0]?.log).toEqual(['boot', 'load fresh, run', 'run', 'save, run']);
});

test('a container that has done much is saved now and then', async () => {
  const { pool, threads } = fakePool(1);
  const a = pool.add('a', FRESH);
  for (let n = 0; n < 520; n++) await finish(threads, a.step(STEP, 'cell'));
  expect(threads[0]?.log.filter((line) => line !== 'run')).toEqual([
    'boot',
    'load fresh, run',
    'save, run',
  ]);
  expect(await a.capture()).toMatchObject({ base: { kind: 'image' }, log: [] });
});

test('a blocked container is captured as what it did', async () => {
  const { pool, threads } = fakePool(1);
  const a = pool.add('a', FRESH);
  const paused = a.step(STEP, 'cell');
  await settled();
  threads[0]?.ready();
  threads[0]?.send(outcome({ state: 'paused', pinned: true }));
  await paused;
  expect(await a.capture()).toEqual({ base: FRESH.base, log: [STEP] });
});

test('a thread that cannot boot rejects what waits for it, and the next step tries again', async () => {
  const { pool, threads } = fakePool(2);
  const a = pool.add('a', FRESH);
  const waiting = a.step(STEP, 'cell');
  threads[0]?.send({ kind: 'failed', message: 'no such file' });
  await expect(waiting).rejects.toMatchObject({
    code: 'python.unavailable',
    message:
      'Failed to start Python: no such file. Check that "pyodide" is installed in the version callsheet depends on.',
  });
  await finish(threads, a.step(STEP, 'cell'));
});

test('removing a container in the middle of a cell ends its thread and rejects the step', async () => {
  const { pool, threads } = fakePool(1);
  const a = pool.add('a', FRESH);
  const running = a.step(STEP, 'cell');
  await settled();
  threads[0]?.ready();
  const removed = a.remove();
  await expect(running).rejects.toMatchObject({ code: 'container.disposed' });
  await removed;
  expect(threads[0]?.log.at(-1)).toBe('terminate');
});

test('the process is held only while a step runs', async () => {
  const { pool, threads } = fakePool(1);
  const a = pool.add('a', FRESH);
  const step = a.step(STEP, 'cell');
  await settled();
  threads[0]?.ready();
  expect(threads[0]?.held).toBe(true);
  threads[0]?.send(outcome());
  await step;
  expect(threads[0]?.held).toBe(false);
});

interface FakeThread {
  readonly log: string[];
  held: boolean;
  /** Whether it answers when it is asked for an image. */
  saves: boolean;
  state: 'booting' | 'idle' | 'busy' | 'dropping' | 'ended';
  ready(): void;
  send(message: FromWorker): void;
  end(reason: string): void;
}

function fakePool(
  workers: number,
  options: Partial<PoolOptions> = {},
): { pool: Pool; threads: FakeThread[]; passTime: () => void } {
  const threads: FakeThread[] = [];
  const timers = new Set<() => void>();
  const startThread = (events: WorkerEvents): WorkerThread => {
    const log: string[] = [];
    const thread: FakeThread = {
      log,
      held: true,
      saves: true,
      state: 'booting',
      ready: () => {
        thread.state = 'idle';
        events.message({ kind: 'ready' });
      },
      send: (message) => {
        if (message.kind === 'outcome') thread.state = 'idle';
        events.message(message);
      },
      end: (reason) => {
        thread.state = 'ended';
        events.ended(reason);
      },
    };
    threads.push(thread);
    return {
      boot: () => log.push('boot'),
      task: ({ save, load, replay, step }: TaskMessage) => {
        if (step) thread.state = 'busy';
        const again = replay.length > 0 && `replay ${replay.length}`;
        log.push(
          [save && 'save', load && `load ${load.kind}`, again, step?.kind]
            .filter(Boolean)
            .join(', '),
        );
        const image = { limits: withDefaults() } as never;
        if (save && thread.saves) queueMicrotask(() => events.message({ kind: 'saved', image }));
      },
      wake: (message) => {
        thread.state = message === 'drop' ? 'dropping' : 'busy';
        log.push(message === 'drop' ? 'drop' : 'wake');
      },
      interrupt: () => log.push('interrupt'),
      hold: () => {
        thread.held = true;
      },
      release: () => {
        thread.held = false;
      },
      terminate: async () => {
        thread.state = 'ended';
        log.push('terminate');
      },
    };
  };
  const pool = createPool({
    workers,
    blockedWorkers: 4,
    maxHeap: 1000,
    watchdog: 20_000,
    loadAssets: async () => ({ wasm: {}, snapshot: new Uint8Array(100) }),
    startThread,
    startTimer: (_, expired) => {
      timers.add(expired);
      return () => timers.delete(expired);
    },
    ...options,
  });
  const passTime = (): void => {
    for (const expired of Array.from(timers)) {
      timers.delete(expired);
      expired();
    }
  };
  return { pool, threads, passTime };
}

/** Plays the threads until `step` has its outcome. */
async function finish(
  threads: readonly FakeThread[],
  step: Promise<unknown>,
  changes?: Partial<OutcomeMessage>,
): Promise<void> {
  for (let round = 0; round < 6; round++) {
    await settled();
    for (const thread of threads) {
      if (thread.state === 'booting' && thread.log.length === 1) thread.ready();
      else if (thread.state === 'dropping') thread.ready();
      else if (thread.state === 'busy') thread.send(outcome(changes));
    }
  }
  await step;
}

function outcome(changes: Partial<OutcomeMessage> = {}): OutcomeMessage {
  return {
    kind: 'outcome',
    state: 'finished',
    calls: [],
    returnCode: 0,
    pinned: false,
    stdout: new Uint8Array(),
    stderr: new Uint8Array(),
    droppedStdout: 0,
    droppedStderr: 0,
    at: 0,
    late: [],
    notes: [],
    timedOut: false,
    nondeterministic: false,
    heap: 0,
    ...changes,
  };
}

function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
