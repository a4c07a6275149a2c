import { expect, test } from 'vitest';
import { openContainer, useSandbox } from './harness.ts';

const sandbox = useSandbox({ workers: 1 });

test('a cell prints to stdout and ends with return code 0', async () => {
  const container = await openContainer(sandbox);
  expect(await container.run('print(6 * 7)')).toEqual({
    state: 'finished',
    stdout: '42\n',
    stderr: '',
    return_code: 0,
    at: 0,
  });
});

test('variables, functions and imports persist from cell to cell', async () => {
  const container = await openContainer(sandbox);
  await container.run('import math\nrows = [1, 2, 3]\ndef total(): return sum(rows)');
  const { stdout } = await container.play('print(total(), math.floor(2.5), __name__)');
  expect(stdout).toBe('6 2 __main__\n');
});

test('an uncaught exception ends the cell with return code 1, stdout kept and a traceback of its own frames', async () => {
  const container = await openContainer(sandbox);
  expect(await container.play('x = 1\nprint("before")\nx / 0')).toEqual({
    stdout: 'before\n',
    stderr:
      'Traceback (most recent call last):\n' +
      '  File "/tmp/cell_1/cell.py", line 6, in <module>\n' +
      '    x / 0\n' +
      '    ~~^~~\n' +
      'ZeroDivisionError: division by zero\n',
    return_code: 1,
    pauses: [],
  });
});

test('state assigned before an exception survives it', async () => {
  const container = await openContainer(sandbox);
  await container.run('kept = "yes"\nraise ValueError("no")');
  expect((await container.play('print(kept)')).stdout).toBe('yes\n');
});

test('a traceback with top-level await begins with the frames of asyncio, as in Python 3.11', async () => {
  const container = await openContainer(sandbox);
  const { stderr } = await container.play('import asyncio\nawait asyncio.sleep(0)\n[][1]');
  expect(stderr).toBe(
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
      '  File "/tmp/cell_1/cell.py", line 6, in <module>\n' +
      '    [][1]\n' +
      '    ~~^^^\n' +
      'IndexError: list index out of range\n',
  );
});

test('line numbers in tracebacks leave room for the prelude of the real sandbox, which grows with the tools', async () => {
  const container = await openContainer(sandbox);
  const { stderr } = await container.play('1 / 0', 'a', 'b');
  expect(stderr).toContain('File "/tmp/cell_1/cell.py", line 12, in <module>');
});

test('a traceback through a function of an earlier cell shows that cell', async () => {
  const container = await openContainer(sandbox);
  await container.run('def fail():\n    raise KeyError("k")');
  expect((await container.play('fail()')).stderr).toBe(
    'Traceback (most recent call last):\n' +
      '  File "/tmp/cell_2/cell.py", line 4, in <module>\n' +
      '    fail()\n' +
      '  File "/tmp/cell_1/cell.py", line 5, in fail\n' +
      '    raise KeyError("k")\n' +
      "KeyError: 'k'\n",
  );
});

test('a syntax error is an ordinary result', async () => {
  const container = await openContainer(sandbox);
  expect(await container.play('def (')).toEqual({
    stdout: '',
    stderr:
      '  File "/tmp/cell_1/cell.py", line 4\n    def (\n        ^\nSyntaxError: invalid syntax\n',
    return_code: 1,
    pauses: [],
  });
});

test.each([
  ['sys.exit()', 0, ''],
  ['sys.exit(3)', 3, ''],
  ['sys.exit("bye")', 1, 'bye\n'],
])('%s ends the cell with return code %i', async (code, return_code, stderr) => {
  const container = await openContainer(sandbox);
  const played = await container.play(`import sys\n${code}\nprint("not reached")`);
  expect(played).toEqual({ stdout: '', stderr, return_code, pauses: [] });
});

test('input() raises EOFError', async () => {
  const container = await openContainer(sandbox);
  const { stdout } = await container.play(
    'try:\n    input()\nexcept EOFError as error:\n    print(error)',
  );
  expect(stdout).toBe('EOF when reading a line\n');
});

test('text outside ASCII arrives as it was printed', async () => {
  const container = await openContainer(sandbox);
  expect((await container.play('print("naïve ☕ 日本 🐍")')).stdout).toBe('naïve ☕ 日本 🐍\n');
});

test('a cell that breaks the json module does not break the sandbox', async () => {
  const container = await openContainer(sandbox);
  await container.run('import json\njson.dumps = json.loads = None');
  expect((await container.play('print(await f({"a": 1}))', 'f')).stdout).toBe('f {"a":1}\n');
});

test('threads and executors run', async () => {
  const container = await openContainer(sandbox);
  const { stdout } = await container.play(`
import asyncio, threading
from concurrent.futures import ThreadPoolExecutor
thread = threading.Thread(target=print, args=("in a thread",))
thread.start()
thread.join()
with ThreadPoolExecutor() as executor:
    print(list(executor.map(lambda n: n * 2, [1, 2])))
print(await asyncio.to_thread(lambda: "to_thread"))`);
  expect(stdout).toBe('in a thread\n[2, 4]\nto_thread\n');
});

test('files persist in the container', async () => {
  const container = await openContainer(sandbox);
  await container.run('open("notes.txt", "w").write("remember")');
  const { stdout } = await container.play(
    'import os\nprint(os.getcwd(), open("/tmp/notes.txt").read())',
  );
  expect(stdout).toBe('/tmp remember\n');
});

test('a cell that breaks the builtins does not break the sandbox', async () => {
  const container = await openContainer(sandbox);
  const { stdout } = await container.play(
    'import builtins\nbuiltins.list = builtins.isinstance = builtins.dict = None\nprint("broken")',
    'f',
  );
  expect([stdout, (await container.play('print("next")')).stdout]).toEqual(['broken\n', 'next\n']);
});

test('asking for the default event loop policy gives the loop on virtual time', async () => {
  const container = await openContainer(sandbox);
  const outcome = await container.run(
    'import asyncio\nasyncio.set_event_loop_policy(None)\nasyncio.run(asyncio.sleep(5))\nasyncio.Runner(loop_factory=asyncio.SelectorEventLoop).run(asyncio.sleep(5))',
  );
  expect(outcome).toMatchObject({ return_code: 0, at: 10_000 });
});

test('sys.exit inside asyncio leaves no warning behind', async () => {
  const container = await openContainer(sandbox);
  const first = await container.play(
    'import asyncio, sys\nasync def main(): sys.exit(5)\nasyncio.run(main())',
  );
  const second = await container.play(
    'import gc\nawait asyncio.sleep(0)\ngc.collect()\nsys.exit(6)',
  );
  expect([first, second, await container.play('gc.collect()')]).toMatchObject([
    { return_code: 5, stderr: '' },
    { return_code: 6, stderr: '' },
    { return_code: 0, stderr: '' },
  ]);
});
