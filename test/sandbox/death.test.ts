import { expect, test } from 'vitest';
import { answer, openContainer, useSandbox } from './harness.ts';

const sandbox = useSandbox({ workers: 1 });

test.each([
  ['os._exit(7)', 7, ''],
  ['os.abort()', 134, 'Aborted\n'],
  ['os.kill(os.getpid(), 9)', 137, ''],
  ['ctypes.string_at(0x7fffffff)', 139, 'Segmentation fault\n'],
  [
    'sys.setrecursionlimit(10**9)\nclass A:\n    def __getattr__(self, name): return getattr(self, name)\nA().x',
    139,
    'Segmentation fault\n',
  ],
])(
  'a process that dies by %s ends the cell; files stay, variables go',
  async (code, return_code, stderr) => {
    const container = await openContainer(sandbox);
    await container.run('x = 1\nopen("/tmp/kept", "w").write("file")\nimport time\ntime.sleep(1)');
    const outcome = await container.run(
      `import ctypes, os, sys\nprint("flushed", flush=True)\n${code}`,
      { tools: ['f'] },
    );
    expect(outcome).toEqual({
      state: 'finished',
      stdout: 'flushed\n',
      stderr,
      return_code,
      at: 1000,
    });
    const next = await container.play(
      'import time\nprint("x" in globals(), open("/tmp/kept").read(), time.monotonic() >= 1, await f({}))',
      'f',
    );
    expect(next).toMatchObject({ stdout: 'False file True f {}\n', stderr: '' });
  },
);

test('a process that dies while other containers rest leaves them alone', async () => {
  const [a, b] = [await openContainer(sandbox), await openContainer(sandbox)];
  await b.run('x = 1');
  await a.run('import os\nos.remove("/lib/python314.zip")\nos._exit(1)');
  expect((await b.play('import email.mime.text\nprint(x)')).stdout).toBe('1\n');
});

test('a process that dies after a pause ends the cell with what it printed before', async () => {
  const container = await openContainer(sandbox);
  const paused = await container.run(
    'import os\nprint("before", flush=True)\nawait f({})\nos._exit(2)',
    { tools: ['f'] },
  );
  expect(await container.resume(answer(paused, ''))).toMatchObject({
    stdout: 'before\n',
    return_code: 2,
  });
});

test('endless recursion is an ordinary RecursionError', async () => {
  const container = await openContainer(sandbox);
  const { stderr } = await container.play('def f(n): return f(n + 1)\nf(0)');
  expect(stderr).toMatch(/RecursionError: maximum recursion depth exceeded\n$/);
});

test.each(['"a" * 10**9', '[0] * 10**9', 'bytearray(600 << 20)'])(
  'more memory than a container has is a MemoryError: %s',
  async (code) => {
    const container = await openContainer(sandbox);
    const { stderr } = await container.play(`x = ${code}`);
    expect(stderr).toMatch(/MemoryError\n$/);
  },
);
