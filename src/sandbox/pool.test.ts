import { expect, test } from 'vitest';
import { createPool, type Pool } from './pool.ts';
import type { FromWorker, OutcomeMessage, Step, TaskMessage } from './worker-protocol.ts';
import type { WorkerEvents, WorkerThread } from './worker-thread.ts';

const FRESH = { seed: 'seed', epoch: 0 };
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
    'evict, load fresh, run',
    'evict, load image, run',
  ]);
});

test('steps of several containers wait for the workers there are', async () => {
  const { pool, threads } = fakePool(2);
  const steps = ['a', 'b', 'c', 'd'].map((name) => pool.add(name, FRESH).step(STEP, 'cell'));
  await settled();
  for (const thread of threads) thread.send({ kind: 'ready' });
  expect(threads).toHaveLength(2);
  await Promise.all(steps.map((step) => finish(threads, step)));
});

test('a pinned container is answered where it is, and does not block another one', async () => {
  const { pool, threads } = fakePool(1);
  const [a, b] = [pool.add('a', FRESH), pool.add('b', FRESH)];
  const paused = a.step(STEP, 'cell');
  await settled();
  threads[0]?.send({ kind: 'ready' });
  threads[0]?.send(outcome({ state: 'paused', pinned: true }));
  await paused;
  await finish(threads, b.step(STEP, 'cell'));
  void a.step(RESUME, 'cell');
  expect(threads.map(({ log }) => log)).toEqual([
    ['boot', 'load fresh, run', 'wake'],
    ['boot', 'load fresh, run'],
  ]);
});

test('a thread that dies rejects the step it ran and loses its container, and others go on', async () => {
  const { pool, threads } = fakePool(1);
  const [a, b] = [pool.add('a', FRESH), pool.add('b', FRESH)];
  const running = a.step(STEP, 'cell "cell_1"');
  const waiting = b.step(STEP, 'cell "cell_2"');
  await settled();
  threads[0]?.send({ kind: 'ready' });
  threads[0]?.end('out of memory');
  await expect(running).rejects.toMatchObject({
    code: 'worker.died',
    message:
      'The worker that ran cell "cell_1" of container "a" died: out of memory. ' +
      'The container is lost; create a new one. Other containers are not affected.',
  });
  await expect(a.step(STEP, 'cell')).rejects.toMatchObject({ code: 'container.lost' });
  await finish(threads, waiting);
});

test('a container on its way out of a worker that dies is lost', async () => {
  const { pool, threads } = fakePool(1);
  const [a, b] = [pool.add('a', FRESH), pool.add('b', FRESH)];
  await finish(threads, a.step(STEP, 'cell'));
  const running = b.step(STEP, 'cell');
  const queued = a.step(STEP, 'cell');
  threads[0]?.end('it exited with code 1');
  await expect(running).rejects.toMatchObject({ code: 'worker.died' });
  await expect(queued).rejects.toMatchObject({ code: 'container.lost' });
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
  threads[0]?.send({ kind: 'ready' });
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
  threads[0]?.send({ kind: 'ready' });
  expect(threads[0]?.held).toBe(true);
  threads[0]?.send(outcome());
  await step;
  expect(threads[0]?.held).toBe(false);
});

interface FakeThread {
  readonly log: string[];
  held: boolean;
  busy: boolean;
  booted: boolean;
  send(message: FromWorker): void;
  end(reason: string): void;
}

function fakePool(workers: number): { pool: Pool; threads: FakeThread[] } {
  const threads: FakeThread[] = [];
  const startThread = (events: WorkerEvents): WorkerThread => {
    const log: string[] = [];
    const thread: FakeThread = {
      log,
      held: true,
      busy: false,
      booted: false,
      send: (message) => {
        if (message.kind === 'outcome') thread.busy = false;
        events.message(message);
      },
      end: (reason) => events.ended(reason),
    };
    threads.push(thread);
    return {
      boot: () => log.push('boot'),
      task: ({ evict, load, step }: TaskMessage) => {
        thread.busy = true;
        log.push(
          [evict && 'evict', load && `load ${load.kind}`, step.kind].filter(Boolean).join(', '),
        );
        if (evict) queueMicrotask(() => events.message({ kind: 'evicted', image: {} as never }));
      },
      wake: () => log.push('wake'),
      hold: () => {
        thread.held = true;
      },
      release: () => {
        thread.held = false;
      },
      terminate: async () => {
        log.push('terminate');
      },
    };
  };
  const loadAssets = async () => ({ wasm: {}, snapshot: new Uint8Array() });
  return { pool: createPool({ workers, maxHeap: 0, loadAssets, startThread }), threads };
}

/** Plays the threads until `step` has its outcome. */
async function finish(threads: readonly FakeThread[], step: Promise<unknown>): Promise<void> {
  for (let round = 0; round < 4; round++) {
    await settled();
    for (const thread of threads) {
      if (!thread.booted) {
        thread.booted = true;
        if (thread.log.length === 1) thread.send({ kind: 'ready' });
      } else if (thread.busy) {
        thread.send(outcome());
      }
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
    at: 0,
    ...changes,
  };
}

function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
