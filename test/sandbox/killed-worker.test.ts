import { afterEach, beforeEach, expect, test } from 'vitest';
import { loadAssets } from '../../dist/sandbox/assets.js';
import { withDefaults } from '../../dist/sandbox/limits.js';
import { createPool, type Pool, type PooledContainer } from '../../dist/sandbox/pool.js';
import { startRealTimer } from '../../dist/sandbox/real-timer.js';
import type { OutcomeMessage } from '../../dist/sandbox/worker-protocol.js';
import { startWorkerThread, type WorkerThread } from '../../dist/sandbox/worker-thread.js';
import { EPOCH } from './harness.ts';

/** The real workers of the pool, in the order in which they were started. */
let threads: WorkerThread[] = [];
/** Whether workers are killed as soon as they get something to do. */
let deadly = false;
let pool: Pool;

beforeEach(() => {
  threads = [];
  deadly = false;
  pool = createPool({
    workers: 1,
    blockedWorkers: 1,
    maxHeap: 512 * 1024 * 1024,
    watchdog: 20_000,
    loadAssets,
    startTimer: startRealTimer,
    startThread: (events) => {
      const thread = startWorkerThread(events);
      threads.push(thread);
      return {
        ...thread,
        task: (message) => {
          thread.task(message);
          if (deadly) void thread.terminate();
        },
      };
    },
  });
});
afterEach(() => pool.dispose());

function open(name: string): PooledContainer {
  const container = { seed: name, epoch: EPOCH, limits: withDefaults(), input: '/files/input' };
  return pool.add(name, { base: { kind: 'fresh', container }, log: [] });
}

let cells = 0;

function run(container: PooledContainer, code: string): Promise<OutcomeMessage> {
  const cell = `cell_${++cells}`;
  return container.step({ kind: 'run', cell, code, tools: ['f'], at: 0 }, cell);
}

function resume(container: PooledContainer, { calls }: OutcomeMessage): Promise<OutcomeMessage> {
  const answers = calls.map(({ key }) => ({ key, content: 'answer', raise: false }));
  return container.step({ kind: 'resume', answers, at: 0 }, 'resume');
}

function stdout(outcome: OutcomeMessage): string {
  return new TextDecoder().decode(outcome.stdout);
}

test('a worker killed between two cells takes nothing with it', async () => {
  const container = open('idle');
  await run(container, 'x = 1');
  await threads[0]?.terminate();
  expect(stdout(await run(container, 'print(x)'))).toBe('1\n');
  expect(threads).toHaveLength(2);
});

test('a worker killed while it runs a cell is replaced, and the cell is run again', async () => {
  const container = open('busy');
  const paused = await run(
    container,
    'print("before")\nx = await f({})\nfor _ in range(3_000_000): pass\nprint(x)',
  );
  expect(stdout(paused)).toBe('before\n');
  const outcome = resume(container, paused);
  await threads[0]?.terminate();
  expect(await outcome).toMatchObject({ state: 'finished', returnCode: 0, calls: [] });
  // What was printed before the pause is not printed again.
  expect(stdout(await outcome)).toBe('answer\n');
  expect(stdout(await run(container, 'print(x)'))).toBe('answer\n');
  expect(threads).toHaveLength(2);
});

test('a worker killed while a cell blocks it is replaced when the answer comes', async () => {
  const container = open('blocked');
  const code =
    'import asyncio\nprint("before")\ndef ask(): return asyncio.run(f({}))\nprint(ask())\nx = 1';
  const paused = await run(container, code);
  expect(paused).toMatchObject({ state: 'paused', pinned: true });
  await threads[0]?.terminate();
  expect(stdout(await resume(container, paused))).toBe('answer\n');
  expect(stdout(await run(container, 'print(x)'))).toBe('1\n');
});

test('a cell that every worker dies of is rejected, and the container is as it was before', async () => {
  const [container, other] = [open('deadly'), open('other')];
  await run(container, 'x = 1');
  await run(other, 'x = 2');
  deadly = true;
  await expect(run(container, 'x = 3')).rejects.toMatchObject({ code: 'worker.died' });
  deadly = false;
  expect(stdout(await run(container, 'print(x)'))).toBe('1\n');
  expect(stdout(await run(other, 'print(x)'))).toBe('2\n');
});
