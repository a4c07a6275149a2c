import { expect, test } from 'vitest';
import { answer, callsOf, EPOCH, openContainer, useSandbox } from './harness.ts';

const sandbox = useSandbox({ workers: 1 });

test.each(['import time\ntime.sleep(50)', 'import asyncio\nawait asyncio.sleep(50)'])(
  'sleeping moves the virtual clock: %j',
  async (code) => {
    const container = await openContainer(sandbox);
    expect(await container.run(code)).toMatchObject({ state: 'finished', at: 50_000 });
  },
);

test('sleeps in parallel overlap', async () => {
  const container = await openContainer(sandbox);
  const outcome = await container.run(
    'import asyncio\nawait asyncio.gather(*(asyncio.sleep(n) for n in (3, 1, 2)))',
  );
  expect(outcome.at).toBe(3000);
});

test('clocks start at the epoch and at the time the cell is given', async () => {
  const container = await openContainer(sandbox);
  const outcome = await container.run(
    'import datetime, time\nprint(datetime.datetime.now().isoformat(timespec="seconds"))\nprint(int(time.time()), int(time.monotonic()))',
    { at: 60_000 },
  );
  expect(outcome).toMatchObject({
    stdout: `2035-01-01T00:01:00\n${EPOCH / 1000 + 60} 60\n`,
    at: 60_000,
  });
});

test('local time is UTC', async () => {
  const container = await openContainer(sandbox);
  const { stdout } = await container.play(
    'import time\nprint(time.tzname, time.localtime().tm_isdst, time.strftime("%Z %z"), time.mktime((2035, 1, 1, 0, 0, 0, 0, 0, 0)))',
  );
  expect(stdout).toBe(`('UTC', 'UTC') 0 UTC +0000 ${EPOCH / 1000}.0\n`);
});

test('a busy wait ends', async () => {
  const container = await openContainer(sandbox);
  const outcome = await container.run(
    'import time\nstart = time.monotonic()\nwhile time.monotonic() - start < 0.01: pass',
  );
  expect(outcome).toMatchObject({ state: 'finished', return_code: 0, at: 10 });
});

test('answers arrive at their time, after timers that are due before', async () => {
  const container = await openContainer(sandbox);
  const paused = await container.run(
    `import asyncio, time
async def tick():
    await asyncio.sleep(1)
    print("tick", round(time.monotonic()))
task = asyncio.create_task(tick())
print(await f({}), round(time.monotonic()))`,
    { tools: ['f'] },
  );
  expect(paused.at).toBe(0);
  expect(await container.resume(answer(paused, 'answer'), 3000)).toMatchObject({
    stdout: 'tick 1\nanswer 3\n',
    at: 3000,
  });
});

test('wait_for gives up on an answer that comes too late', async () => {
  const container = await openContainer(sandbox);
  const paused = await container.run(
    `import asyncio, time
try:
    await asyncio.wait_for(f({}), 0.5)
except TimeoutError:
    print("gave up at", time.monotonic() // 0.1 / 10)
print(await f({}))`,
    { tools: ['f'] },
  );
  const again = await container.resume(answer(paused, 'late'), 2000);
  expect(again).toMatchObject({ state: 'paused', calls: [{ key: 'call_2', line: 6 }], at: 2000 });
  expect(await container.resume(answer(again, 'in time'), 2000)).toMatchObject({
    stdout: 'gave up at 0.5\nin time\n',
    at: 2000,
  });
});

test('a cell that calls again after each timeout waits anew until the answers come', async () => {
  const container = await openContainer(sandbox);
  const paused = await container.run(
    `import time
for attempt in range(9):
    try:
        print(await f({"attempt": attempt}))
        break
    except TimeoutError:
        print("timeout at", round(time.monotonic()))`,
    { tools: ['f'] },
  );
  const again = await container.resume(answer(paused, 'late'), 600_000);
  expect(again).toMatchObject({
    state: 'paused',
    calls: [{ key: 'call_3', input: { attempt: 2 } }],
    late: ['call_1'],
    at: 600_000,
  });
  expect(await container.resume(answer(again, 'in time'), 700_000)).toMatchObject({
    stdout: 'timeout at 270\ntimeout at 540\nin time\n',
    at: 700_000,
  });
});

test('a call made after the late answers would have come has its own time', async () => {
  const container = await openContainer(sandbox);
  const paused = await container.run(
    `import time
try:
    await f({})
except TimeoutError:
    time.sleep(80)
print(await f({}))`,
    { tools: ['f'] },
  );
  const again = await container.resume(answer(paused, 'late'), 300_000);
  expect(again).toMatchObject({ state: 'paused', late: ['call_1'], at: 350_000 });
  expect(await container.resume(answer(again, 'in time'), 600_000)).toMatchObject({
    stdout: 'in time\n',
  });
});

test('a tool is called before time passes in the rest of the cell', async () => {
  const container = await openContainer(sandbox);
  const paused = await container.run(
    'import asyncio\ntask = asyncio.create_task(f({}))\nawait asyncio.sleep(80)\nprint(await task)',
    { tools: ['f'] },
  );
  expect(callsOf(paused)).toHaveLength(1);
  expect(paused.at).toBe(0);
  const outcome = await container.resume(answer(paused, 'x'), 1000);
  expect(outcome).toMatchObject({ stdout: 'x\n' });
  // The loop wakes on whole milliseconds, as epoll does, and never early.
  expect([80_000, 80_001]).toContain(outcome.at);
});

test('time never goes back', async () => {
  const container = await openContainer(sandbox);
  await container.run('import time\ntime.sleep(5)');
  expect((await container.run('print(time.monotonic() >= 5)', { at: 1 })).at).toBe(5000);
});

test.each([
  'while True: pass',
  'import asyncio\nawait asyncio.sleep(100)',
  'import asyncio\nawait asyncio.Future()',
  'import time\nfor _ in range(3): time.sleep(40)',
])('a cell ends after 90 virtual seconds: %j', async (code) => {
  const container = await openContainer(sandbox);
  await container.run('kept = 1');
  const outcome = await container.run(code);
  expect(outcome).toMatchObject({
    state: 'finished',
    stderr: 'detection_timeout: the cell reached its time limit\n',
    return_code: 1,
  });
  expect(Math.floor(outcome.at / 1000)).toBe(90);
  expect((await container.play('print(kept)')).stdout).toBe('1\n');
});

test('waiting for the client does not count against the limit', async () => {
  const container = await openContainer(sandbox);
  const paused = await container.run(
    'import time\ntime.sleep(80)\nprint(await f({}))\ntime.sleep(9)',
    {
      tools: ['f'],
    },
  );
  expect(await container.resume(answer(paused, 'x'), 280_000)).toMatchObject({
    stdout: 'x\n',
    return_code: 0,
    at: 289_000,
  });
});

test('waits in C, for a lock or a queue, take virtual time', async () => {
  const container = await openContainer(sandbox);
  const { stdout } = await container.play(`
import queue, threading, time
lock = threading.Lock()
lock.acquire()
for wait in (
    lambda: lock.acquire(timeout=20),
    lambda: threading.Event().wait(20),
    lambda: queue.Queue().get(timeout=20),
):
    start = time.monotonic()
    try: print(wait())
    except queue.Empty: print("empty")
    print(20 <= time.monotonic() - start < 20.1)`);
  expect(stdout).toBe('False\nTrue\nFalse\nTrue\nempty\nTrue\n');
});
