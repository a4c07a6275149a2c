import { expect, test } from 'vitest';
import { answer, callsOf, openContainer, useSandbox } from './harness.ts';

const sandbox = useSandbox({ workers: 1 });

test('an awaited tool pauses the cell, and the content of the answer is what the code receives', async () => {
  const container = await openContainer(sandbox);
  const paused = await container.run('value = await fetch({"sku": "A"})\nprint(repr(value))', {
    tools: ['fetch'],
  });
  expect(paused).toEqual({
    state: 'paused',
    calls: [{ key: 'call_1', name: 'fetch', input: { sku: 'A' }, line: 1 }],
    at: 0,
  });
  expect(await container.resume(answer(paused, '{"rows": [1]}'))).toEqual({
    state: 'finished',
    stdout: `'{"rows": [1]}'\n`,
    stderr: '',
    return_code: 0,
    at: 0,
  });
});

test('calls in a loop pause one after the other', async () => {
  const container = await openContainer(sandbox);
  const { stdout, pauses } = await container.play(
    'for n in range(3): print(await f({"n": n}))',
    'f',
  );
  expect(pauses.map((calls) => calls.map(({ input }) => input))).toEqual([
    [{ n: 0 }],
    [{ n: 1 }],
    [{ n: 2 }],
  ]);
  expect(stdout).toBe('f {"n":0}\nf {"n":1}\nf {"n":2}\n');
});

test.each([
  ['gather', 'print(await asyncio.gather(f({"n": 1}), g({"n": 2})))'],
  [
    'a task group',
    'async with asyncio.TaskGroup() as group:\n' +
      '    tasks = [group.create_task(f({"n": 1})), group.create_task(g({"n": 2}))]\n' +
      'print([task.result() for task in tasks])',
  ],
])('all calls of %s are reported together', async (_, code) => {
  const container = await openContainer(sandbox);
  const { stdout, pauses } = await container.play(`import asyncio\n${code}`, 'f', 'g');
  expect(pauses.map((calls) => calls.map(({ name }) => name))).toEqual([['f', 'g']]);
  expect(stdout).toBe(`['f {"n":1}', 'g {"n":2}']\n`);
});

test('a semaphore limits how many calls are reported together', async () => {
  const container = await openContainer(sandbox);
  const { pauses } = await container.play(
    `import asyncio
limit = asyncio.Semaphore(2)
async def one(n):
    async with limit:
        return await f({"n": n})
await asyncio.gather(*map(one, range(5)))`,
    'f',
  );
  expect(pauses.map((calls) => calls.length)).toEqual([2, 2, 1]);
});

test('asyncio.run at module level works', async () => {
  const container = await openContainer(sandbox);
  const { stdout, pauses } = await container.play(
    `
import asyncio
async def main():
    a, b = await asyncio.gather(f({"n": 1}), f({"n": 2}))
    print(a, b)
if __name__ == "__main__":
    asyncio.run(main())`,
    'f',
  );
  expect(pauses.map((calls) => calls.length)).toEqual([2]);
  expect(stdout).toBe('f {"n":1} f {"n":2}\n');
});

test('asyncio.run inside a synchronous function works', async () => {
  const container = await openContainer(sandbox);
  const { stdout, pauses } = await container.play(
    `
import asyncio
def fetch(n):
    return asyncio.run(f({"n": n}))
print("first")
print(fetch(1), fetch(2))`,
    'f',
  );
  expect(pauses.map((calls) => calls.map(({ line }) => line))).toEqual([[4], [4]]);
  expect(stdout).toBe('first\nf {"n":1} f {"n":2}\n');
});

test('asyncio.run inside a thread works', async () => {
  const container = await openContainer(sandbox);
  const { stdout } = await container.play(
    `
import asyncio, threading
thread = threading.Thread(target=lambda: print(asyncio.run(f({}))))
thread.start()
thread.join()`,
    'f',
  );
  expect(stdout).toBe('f {}\n');
});

test('asyncio.run beside top-level await runs on the loop that is there', async () => {
  const container = await openContainer(sandbox);
  const { stdout, stderr } = await container.play(
    'import asyncio\nprint(await f({"n": 1}))\nprint(asyncio.run(f({"n": 2})))',
    'f',
  );
  expect([stdout, stderr]).toEqual(['f {"n":1}\nf {"n":2}\n', '']);
});

test('subprocess.run and other functions called run are left alone', async () => {
  const container = await openContainer(sandbox);
  const { stdout } = await container.play(
    'class Job:\n    def run(self, n): return n + 1\nprint(Job().run(1))\ndef run(): return "mine"\nprint(run())',
  );
  expect(stdout).toBe('2\nmine\n');
});

test('an answer can raise', async () => {
  const container = await openContainer(sandbox);
  const paused = await container.run(
    'try:\n    await f({})\nexcept RuntimeError as error:\n    print("caught", error)\nawait f({})',
    { tools: ['f'] },
  );
  const raise = [{ key: 'call_1', content: 'no such row', raise: true }];
  const again = await container.resume(raise);
  expect(callsOf(paused)).toHaveLength(1);
  expect(await container.resume([{ key: 'call_2', content: 'gone', raise: true }])).toEqual({
    state: 'finished',
    stdout: 'caught no such row\n',
    stderr:
      'Traceback (most recent call last):\n' +
      '  File "/usr/local/lib/python3.11/asyncio/runners.py", line 190, in run\n' +
      '    return runner.run(main)\n' +
      '           ^^^^^^^^^^^^^^^^\n' +
      '  File "/usr/local/lib/python3.11/asyncio/runners.py", line 118, in run\n' +
      '    return self._loop.run_until_complete(task)\n' +
      '           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n' +
      '  File "/usr/local/lib/python3.11/asyncio/base_events.py", line 654, in run_until_complete\n' +
      '    return future.result()\n' +
      '           ^^^^^^^^^^^^^^^\n' +
      '  File "/tmp/cell_1/cell.py", line 12, in <module>\n' +
      '    await f({})\n' +
      'RuntimeError: gone\n',
    return_code: 1,
    at: 0,
  });
  expect(callsOf(again)).toMatchObject([{ key: 'call_2', line: 5 }]);
});

test('a call is placed at its line also when a task makes it later', async () => {
  const container = await openContainer(sandbox);
  const { pauses } = await container.play(
    `import asyncio
tasks = [
    asyncio.create_task(f({"n": 1})),
    asyncio.create_task(
        f({"n": 2})),
]
await asyncio.gather(*tasks, f({"n": 3}))`,
    'f',
  );
  expect(pauses[0]?.map(({ input, line }) => [input['n'], line])).toEqual([
    [1, 3],
    [2, 5],
    [3, 7],
  ]);
});

test('a call by a helper of an earlier cell is placed in that cell', async () => {
  const container = await openContainer(sandbox);
  await container.run('\n\ndef helper(n):\n    return f({"n": n})', { tools: ['f', 'g'] });
  const { pauses } = await container.play('await helper(1)', 'f');
  expect(pauses[0]?.[0]?.line).toBe(4);
});

test('a tool looks like a coroutine function with one parameter', async () => {
  const container = await openContainer(sandbox);
  const { stdout } = await container.play(
    `import inspect
print(inspect.iscoroutinefunction(f), len(inspect.signature(f).parameters), f.__name__, f.__module__)
try:
    f(n=1)
except TypeError as error:
    print(error)
try:
    f()
except TypeError as error:
    print(error)`,
    'f',
  );
  expect(stdout).toBe(
    `True 1 f __main__
f() got an unexpected keyword argument 'n'
f() missing 1 required positional argument: 'input'
`,
  );
});

test.each([
  ['{"rows": {1, 2}}', 'TypeError: Object of type set is not JSON serializable'],
  ['"text"', 'TypeError: f() takes one dict with all arguments, got str'],
  ['{"x": float("nan")}', 'ValueError: Out of range float values are not JSON compliant'],
])('the input %s is an error of the cell', async (input, message) => {
  const container = await openContainer(sandbox);
  const { stderr, return_code, pauses } = await container.play(`await f(${input})`, 'f');
  expect(stderr.trimEnd().split('\n').at(-1)).toMatch(message);
  expect([return_code, pauses]).toEqual([1, []]);
});

test('a call that is not awaited warns by the name of the tool', async () => {
  const container = await openContainer(sandbox);
  expect(await container.play('fetch_rows({})\nprint("done")', 'fetch_rows')).toEqual({
    stdout: 'done\n',
    stderr:
      "/tmp/cell_1/cell.py:8: RuntimeWarning: coroutine 'fetch_rows' was never awaited\n" +
      '  fetch_rows({})\n' +
      'RuntimeWarning: Enable tracemalloc to get the object allocation traceback\n',
    return_code: 0,
    pauses: [],
  });
});

test('a tool that is no longer listed disappears, and a new one appears', async () => {
  const container = await openContainer(sandbox);
  await container.run('pass', { tools: ['old', 'kept'] });
  const { stdout } = await container.play(
    'print([name for name in ("old", "kept", "new") if name in globals()])',
    'kept',
    'new',
  );
  expect(stdout).toBe("['kept', 'new']\n");
});

test('a name the code took from a tool stays its own when the tool is no longer listed', async () => {
  const container = await openContainer(sandbox);
  await container.run('f = "mine"', { tools: ['f'] });
  expect((await container.play('print(f)')).stdout).toBe('mine\n');
});

test('a task left over goes on in the next cell that waits', async () => {
  const container = await openContainer(sandbox);
  const first = await container.play(
    'import asyncio\nasync def later(): print("later:", await f({}))\ntask = asyncio.create_task(later())\nawait asyncio.sleep(0)',
    'f',
  );
  const second = await container.play('await task', 'f');
  expect([first.pauses, first.stdout]).toEqual([[], '']);
  expect([second.pauses.length, second.stdout]).toEqual([1, 'later: f {}\n']);
});

test('the first error of a gather does not lose the other calls', async () => {
  const container = await openContainer(sandbox);
  const paused = await container.run(
    'import asyncio\nprint(await asyncio.gather(f({}), f({}), return_exceptions=True))',
    { tools: ['f'] },
  );
  const [first, second] = callsOf(paused).map(({ key }) => key) as [string, string];
  const outcome = await container.resume([
    { key: first, content: 'broken', raise: true },
    { key: second, content: 'fine' },
  ]);
  expect(outcome).toMatchObject({ stdout: "[RuntimeError('broken'), 'fine']\n" });
});

test('five hundred calls pause together', async () => {
  const container = await openContainer(sandbox);
  const { stdout, pauses } = await container.play(
    'import asyncio\nprint(len(await asyncio.gather(*(f({"n": n}) for n in range(500)))))',
    'f',
  );
  expect([pauses.length, pauses[0]?.length, stdout]).toEqual([1, 500, '500\n']);
});

test('a call of a loop that was closed since is forgotten', async () => {
  const container = await openContainer(sandbox);
  const { stdout, pauses } = await container.play(
    `import asyncio
loop = asyncio.new_event_loop()
task = loop.create_task(f({"n": 1}))
loop.run_until_complete(asyncio.sleep(0))
loop.close()
print(asyncio.run(f({"n": 2})))`,
    'f',
  );
  expect(pauses.map((calls) => calls.map(({ input }) => input))).toEqual([[{ n: 2 }]]);
  expect(stdout).toBe('f {"n":2}\n');
});

test.each([
  ['cooperatively', 'text = await f({"text": text})'],
  ['in a blocked worker', 'import asyncio\ntext = (lambda: asyncio.run(f({"text": text})))()'],
])('megabytes go out and come back unchanged %s', async (_, code) => {
  const container = await openContainer(sandbox);
  const paused = await container.run(
    `text = "né☕🐍" * 300_000\n${code}\nprint(len(text), text[-6:])`,
    {
      tools: ['f'],
    },
  );
  expect(callsOf(paused)[0]?.input).toEqual({ text: 'né☕🐍'.repeat(300_000) });
  expect(await container.resume(answer(paused, '☕🐍é'.repeat(700_000)))).toMatchObject({
    stdout: '2100000 ☕🐍é☕🐍é\n',
    return_code: 0,
  });
});

test('arguments nested deeper than JSON can be written in Python 3.11 are a RecursionError', async () => {
  const container = await openContainer(sandbox);
  const nested = (depth: number): string =>
    `outer = {}\nat = outer\nfor _ in range(${depth}):\n    at["a"] = {}\n    at = at["a"]\nawait f(outer)`;
  const { stderr, pauses } = await container.play(nested(5000), 'f');
  expect(pauses).toEqual([]);
  expect(stderr).toMatch(
    /RecursionError: maximum recursion depth exceeded while encoding a JSON object\n$/,
  );
  expect((await container.play(nested(900), 'f')).pauses).toHaveLength(1);
  expect((await container.play('await f({"wide": [[]] * 5000})', 'f')).pauses).toHaveLength(1);
});
