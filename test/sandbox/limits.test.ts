import { expect, test } from 'vitest';
import { answer, callsOf, openContainer, useSandbox } from './harness.ts';

const sandbox = useSandbox({ workers: 1 });
const strict = useSandbox({
  workers: 1,
  watchdog: 1500,
  maxHeap: 64 * 1024 * 1024,
  limits: {
    cellTime: 10_000,
    cellTimeCountsWaiting: true,
    cellTimeoutMessage: 'detection_timeout\n',
    cellTimeoutStream: 'stdout',
    cellTimeoutCode: 124,
    cellTimeoutState: 'lost',
    callTime: 5000,
    callTimeoutReport: 'message',
    stdout: 11,
    stderr: 5,
  },
});

const TWO_CALLS = `
import asyncio
try:
    await asyncio.gather(f({}), g({}))
except TimeoutError as error:
    print(type(error), error)
print("on")`;

test('calls that wait for 270 s without an answer raise TimeoutError together, and the late answers are dropped', async () => {
  const container = await openContainer(sandbox);
  const paused = await container.run(TWO_CALLS, { tools: ['f', 'g'] });
  const [f, g] = callsOf(paused).map(({ key }) => key);
  expect(await container.resume(answer(paused, 'late'), 300_000)).toEqual({
    state: 'finished',
    stdout:
      "<class 'TimeoutError'> Calling tool ['f', 'g'] timed out (no response after 270s).\non\n",
    stderr: '',
    return_code: 0,
    at: 300_000,
    late: [f, g],
  });
});

test('an answer after exactly 270 s is in time', async () => {
  const container = await openContainer(sandbox);
  const paused = await container.run('print(await f({}))', { tools: ['f'] });
  expect(await container.resume(answer(paused, 'ok'), 270_000)).toMatchObject({ stdout: 'ok\n' });
});

test('the 270 s begin when the client has the call, not when the cell began', async () => {
  const container = await openContainer(sandbox);
  const paused = await container.run('await f({})\nprint(await f({}))', { tools: ['f'] });
  const again = await container.resume(answer(paused, 'one'), 200_000);
  expect(await container.resume(answer(again, 'two'), 400_000)).toMatchObject({ stdout: 'two\n' });
});

test('a call that is not caught in time ends the cell with a traceback', async () => {
  const container = await openContainer(sandbox);
  const paused = await container.run('await f({})', { tools: ['f'] });
  const outcome = await container.resume(answer(paused, 'late'), 271_000);
  expect(outcome).toMatchObject({ return_code: 1 });
  expect(outcome.state === 'finished' && outcome.stderr).toMatch(
    /^Traceback [\s\S]*\nTimeoutError: Calling tool \['f'\] timed out \(no response after 270s\)\.\n$/,
  );
});

test('after a timeout the code goes on in virtual time from 270 s and may call again', async () => {
  const container = await openContainer(sandbox);
  const paused = await container.run(
    'import time\ntry:\n    await f({})\nexcept TimeoutError:\n    print(int(time.monotonic()))\nprint(await f({}))',
    { tools: ['f'] },
  );
  const again = await container.resume(answer(paused, 'late'), 280_000);
  expect(again).toMatchObject({ state: 'paused', at: 280_000, late: ['call_1'] });
  expect(await container.resume(answer(again, 'ok'), 290_000)).toMatchObject({
    stdout: '270\nok\n',
  });
});

test('the 270 s also hold for a cell that blocks its worker', async () => {
  const container = await openContainer(sandbox);
  const paused = await container.run(
    'import asyncio\ndef go(): asyncio.run(f({}))\ntry: go()\nexcept TimeoutError as error: print(error)\ngo()',
    { tools: ['f'] },
  );
  const again = await container.resume(answer(paused, 'late'), 271_000);
  expect(again).toMatchObject({ state: 'paused', late: ['call_1'] });
  expect(await container.resume(answer(again, 'ok'), 271_000)).toMatchObject({
    stdout: "Calling tool ['f'] timed out (no response after 270s).\n",
    return_code: 0,
  });
});

test('the time, text and report of a call that nobody answers are options', async () => {
  const container = await openContainer(strict);
  const paused = await container.run('await f({})', { tools: ['f'] });
  expect(await container.resume(answer(paused, 'late'), 6000)).toMatchObject({
    stderr: 'Timeo',
    return_code: 0,
    late: ['call_1'],
  });
});

test('the limit of a cell, its text, stream, code and what survives it are options', async () => {
  const container = await openContainer(strict);
  await container.run('kept = 1\nopen("file", "w").close()');
  expect(await container.run('import time\ntime.sleep(11)')).toEqual({
    state: 'finished',
    stdout: 'detection_t',
    stderr: '',
    return_code: 124,
    at: 10_000,
    timedOut: true,
    dropped: { stdout: 7, stderr: 0 },
  });
  const { stdout } = await container.play(
    'import os\nprint("kept" in globals(), *os.listdir("/tmp"))',
  );
  expect(stdout).toBe('False file\n');
});

test('waiting counts against the limit when asked for', async () => {
  const container = await openContainer(strict);
  const first = await container.run('while True: await f({})', { tools: ['f'] });
  const second = await container.resume(answer(first, ''), 4000);
  const third = await container.resume(answer(second, ''), 8000);
  expect(await container.resume(answer(third, ''), 12_000)).toMatchObject({
    timedOut: true,
    late: ['call_3'],
    at: 12_000,
  });
});

test('output beyond the limit is dropped and counted, and no character is cut in two', async () => {
  const container = await openContainer(strict);
  expect(
    await container.run('import sys\nprint("é" * 10)\nprint("123456", file=sys.stderr)'),
  ).toEqual({
    state: 'finished',
    stdout: 'ééééé',
    stderr: '12345',
    return_code: 0,
    at: 0,
    dropped: { stdout: 10, stderr: 2 },
  });
});

test('the limit holds for the cell, not for each of its parts', async () => {
  const container = await openContainer(strict);
  const { stdout } = await container.play('print("12345")\nawait f({})\nprint("123456789")', 'f');
  expect(stdout).toBe('12345\n12345');
});

test('a cell that prints 50 MB is cut at 10 MiB', async () => {
  const container = await openContainer(sandbox);
  const outcome = await container.run('for _ in range(50): print("x" * 1_000_000)');
  expect(outcome).toMatchObject({ return_code: 0, dropped: { stdout: 50_000_050 - 10_485_760 } });
  expect(outcome.state === 'finished' && outcome.stdout.length).toBe(10_485_760);
});

test.each(['"a" * 10**9', '[0] * 10**9', 'x = []\nwhile True: x.append("y" * 1_000_000)'])(
  'memory ends in MemoryError: %j',
  async (code) => {
    const container = await openContainer(strict);
    await container.run('kept = 1');
    const outcome = await container.play(
      `try:\n    ${code.replaceAll('\n', '\n    ')}\nexcept MemoryError: print("full")`,
    );
    expect(outcome).toMatchObject({ stdout: 'full\n', return_code: 0 });
    expect((await container.play('x = None\nprint(kept)')).stdout).toBe('1\n');
  },
);

test('files hold as much as memory does, and what is removed makes room', async () => {
  const container = await openContainer(strict);
  const { stdout, stderr } = await container.play(`
import os
open("/tmp/large", "wb").truncate(60 << 20)
file = os.open("/tmp/other", os.O_CREAT | os.O_WRONLY)
print(os.write(file, bytes(4 << 20)) >> 20, end=" ")
try: os.write(file, b"x")
except OSError as error: print(error.errno, end=" ")
os.remove("/tmp/large")
print(os.write(file, b"x"))`);
  expect({ stdout, stderr }).toEqual({ stdout: '4 28 1\n', stderr: '' });
});

test('memory that one container filled is not there for the next one', async () => {
  const [a, b] = [await openContainer(strict), await openContainer(strict)];
  const code =
    'import sys\nn = 0\nx = []\ntry:\n    while True: x.append(bytes(1_000_000)); n += 1\nexcept MemoryError: x.clear()\nprint(n)';
  const { stdout } = await a.play(code);
  expect(Number(stdout)).toBeGreaterThan(20);
  expect(await b.play(code)).toMatchObject({ stdout });
});

test('a C loop that ticks too rarely is interrupted after some real time, and its state is kept', async () => {
  const container = await openContainer(strict);
  const outcome = await container.run('kept = 1\nimport re\nre.match(r"(a+)+$", "a" * 40 + "b")');
  expect(outcome).toMatchObject({ timedOut: true, nondeterministic: true, at: 10_000 });
});

test('a C loop that never ticks is ended with its worker after some real time', async () => {
  const [container, other] = [await openContainer(strict), await openContainer(strict)];
  await container.run('kept = 1');
  await other.run('kept = 2');
  const outcome = await container.run('import itertools\nsum(itertools.repeat(1))', { at: 7 });
  expect(outcome).toEqual({
    state: 'finished',
    stdout: 'detection_t',
    stderr: '',
    return_code: 124,
    at: 10_007,
    timedOut: true,
    nondeterministic: true,
    dropped: { stdout: 7, stderr: 0 },
  });
  expect((await container.play('print(kept)')).stdout).toBe('1\n');
  expect((await other.play('print(kept)')).stdout).toBe('2\n');
});

test('integers beyond 2^53 are reported with all their digits', async () => {
  const container = await openContainer(sandbox);
  const paused = await container.run(
    'await f({"id": 12345678901234567890, "s": "9007199254740993"})',
    {
      tools: ['f'],
    },
  );
  expect(callsOf(paused)).toMatchObject([
    { inputText: '{"id": 12345678901234567890, "s": "9007199254740993"}' },
  ]);
});
