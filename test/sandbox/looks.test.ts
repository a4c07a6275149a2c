import { expect, test } from 'vitest';
import { openContainer, useSandbox } from './harness.ts';

const sandbox = useSandbox({ workers: 1 });

async function stderrOf(code: string, ...tools: string[]): Promise<string> {
  return (await (await openContainer(sandbox)).play(code, ...tools)).stderr;
}
async function stdoutOf(code: string): Promise<string> {
  const { stdout, stderr } = await (await openContainer(sandbox)).play(code);
  return stdout + stderr;
}

test('an uncaught exception looks as in the real sandbox: frames of asyncio, file, line and carets', async () => {
  // Two callable tools, so 11 lines of prelude stand before the code.
  const stderr = await stderrOf('rows = {}\nawait f({})\nprint(rows["a"])', 'f', 'g');
  expect(stderr).toBe(
    `Traceback (most recent call last):
  File "/usr/local/lib/python3.11/asyncio/runners.py", line 190, in run
    return runner.run(main)
           ^^^^^^^^^^^^^^^^
  File "/usr/local/lib/python3.11/asyncio/runners.py", line 118, in run
    return self._loop.run_until_complete(task)
           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
  File "/usr/local/lib/python3.11/asyncio/base_events.py", line 654, in run_until_complete
    return future.result()
           ^^^^^^^^^^^^^^^
  File "/tmp/cell_1/cell.py", line 14, in <module>
    print(rows["a"])
          ~~~~^^^^^
KeyError: 'a'
`,
  );
});

test('slicing a dict fails as in Python 3.11', async () => {
  expect(await stderrOf('{}[:2]')).toMatch(/\nTypeError: unhashable type: 'slice'\n$/);
});

test('asyncio.run shows the frames of Python 3.11 between its caller and the coroutine', async () => {
  const stderr = await stderrOf(
    'import asyncio\nasync def main():\n    return 1 / (2 - 2)\nasyncio.run(main())',
  );
  expect(stderr.split('\n').filter((line) => line.startsWith('  File'))).toEqual([
    '  File "/tmp/cell_1/cell.py", line 7, in <module>',
    '  File "/usr/local/lib/python3.11/asyncio/runners.py", line 190, in run',
    '  File "/usr/local/lib/python3.11/asyncio/runners.py", line 118, in run',
    '  File "/usr/local/lib/python3.11/asyncio/base_events.py", line 654, in run_until_complete',
    '  File "/tmp/cell_1/cell.py", line 6, in main',
  ]);
});

test.each([
  ['print_exc', 'traceback.print_exc(file=sys.stdout)'],
  ['format_exc', 'print(traceback.format_exc(), end="")'],
  ['print_exception', 'traceback.print_exception(error, file=sys.stdout)'],
])('traceback.%s shows no frame of the driver', async (_, call) => {
  const container = await openContainer(sandbox);
  const { stdout } = await container.play(
    `import sys, traceback\ntry:\n    await f({1, 2})\nexcept TypeError as error:\n    ${call}`,
    'f',
  );
  expect(stdout).toBe(
    `Traceback (most recent call last):
  File "/tmp/cell_1/cell.py", line 10, in <module>
    await f({1, 2})
TypeError: f() takes one dict with all arguments, got set
`,
  );
});

test('frames of the standard library are in the folder the real one has it in', async () => {
  const stderr = await stderrOf('import json\njson.loads("{")');
  expect(stderr).toContain('  File "/usr/local/lib/python3.11/json/decoder.py", line ');
  expect(stderr).not.toContain('python314');
});

test('chained exceptions and groups print as in Python 3.11', async () => {
  const stderr = await stderrOf(
    'try:\n    {}["a"]\nexcept KeyError as error:\n    raise ExceptionGroup("two", [ValueError(1), TypeError(2)]) from error',
  );
  expect(stderr).toBe(
    `Traceback (most recent call last):
  File "/tmp/cell_1/cell.py", line 5, in <module>
    {}["a"]
    ~~^^^^^
KeyError: 'a'

The above exception was the direct cause of the following exception:

  + Exception Group Traceback (most recent call last):
  |   File "/tmp/cell_1/cell.py", line 7, in <module>
  |     raise ExceptionGroup("two", [ValueError(1), TypeError(2)]) from error
  | ExceptionGroup: two (2 sub-exceptions)
  +-+---------------- 1 ----------------
    | ValueError: 1
    +---------------- 2 ----------------
    | TypeError: 2
    +------------------------------------
`,
  );
});

test.each([
  [
    'x = 1\nx.foo.bar',
    "    x.foo.bar\n    ^^^^^\nAttributeError: 'int' object has no attribute 'foo'",
  ],
  ['prnt(1)', "    ^^^^\nNameError: name 'prnt' is not defined. Did you mean: 'print'?"],
  ['math.pi', "    ^^^^\nNameError: name 'math' is not defined"],
  [
    'a = 1\n(a + "é") / 2',
    "    (a + \"é\") / 2\n     ~~^~~~~\nTypeError: unsupported operand type(s) for +: 'int' and 'str'",
  ],
  [
    'x = [1]\nprint(x [ 5 ])',
    '    print(x [ 5 ])\n          ~~^^^^^\nIndexError: list index out of range',
  ],
])('carets are those of Python 3.11: %j', async (code, end) => {
  expect((await stderrOf(code)).trimEnd()).toMatch(new RegExp(`${escape(end)}$`));
});

test.each([
  ["open('/nope')", "FileNotFoundError: [Errno 2] No such file or directory: '/nope'"],
  ["import os\nos.mkdir('/tmp')", "FileExistsError: [Errno 17] File exists: '/tmp'"],
  ["import os\nos.rmdir('/dev')", "OSError: [Errno 39] Directory not empty: '/dev'"],
  ["open('/tmp')", "IsADirectoryError: [Errno 21] Is a directory: '/tmp'"],
  [
    "import os\nos.listdir('/dev/null')",
    "NotADirectoryError: [Errno 20] Not a directory: '/dev/null'",
  ],
  ['import os\nos.close(99)', 'OSError: [Errno 9] Bad file descriptor'],
  [
    "import pathlib\npathlib.Path('/none').read_text()",
    "FileNotFoundError: [Errno 2] No such file or directory: '/none'",
  ],
  ['import errno\nraise OSError(errno.EACCES, "no")', 'PermissionError: [Errno 13] no'],
  ['raise OSError(2, "made by hand")', 'FileNotFoundError: [Errno 2] made by hand'],
])('errors of the operating system have the numbers of Linux: %j', async (code, last) => {
  expect((await stderrOf(code)).trimEnd().split('\n').at(-1)).toBe(last);
});

test('an error that is caught has the number, text and name of Linux', async () => {
  const code = `
import errno, os
try:
    open("/nope")
except OSError as error:
    print(error, error.errno == errno.ENOENT, os.strerror(error.errno), error.args, error.filename, error.__context__)`;
  expect(await stdoutOf(code)).toBe(
    "[Errno 2] No such file or directory: '/nope' True No such file or directory (2, 'No such file or directory') /nope None\n",
  );
});

test('the version, the platform and the paths are those of the real sandbox', async () => {
  const code = `
import json, os, platform, sys
print(sys.version.split()[0], sys.version_info[:2], sys.version_info >= (3, 11), platform.python_version())
print(sys.platform, os.name, platform.system(), platform.machine(), os.uname().sysname, sys.prefix)
print(json.__file__, os.__file__, sys.executable)`;
  expect(await stdoutOf(code)).toBe(
    `3.11.14 (3, 11) True 3.11.14
linux posix Linux x86_64 Linux /usr/local
/usr/local/lib/python3.11/json/__init__.py /usr/local/lib/python3.11/os.py /usr/local/bin/python3
`,
  );
});

test.each([
  ['type X = int', 6, 'invalid syntax'],
  ['def f[T](x: T): pass', 6, "expected '('"],
  ['class C[T]: pass', 8, 'invalid syntax'],
  [
    'try: pass\nexcept ValueError, TypeError: pass',
    8,
    'multiple exception types must be parenthesized',
  ],
  ['print(f"{x["a"]}")', 13, "f-string: unmatched '['"],
  ['f"{f"{1}"}"', 6, "f-string: expecting '}'"],
  [`f"{'a' if x else "b"}"`, 19, "f-string: expecting '}'"],
  [`x = f"{'\\n'.join([])}"`, 23, 'f-string expression part cannot include a backslash'],
  ['x = f"""{a # c\n}"""', 5, "f-string expression part cannot include '#'"],
  ['f"{\n1}"', 1, 'unterminated string literal (detected at line 4)'],
  ["x = t'a'", 6, 'invalid syntax'],
])('syntax newer than 3.11 is a SyntaxError: %j', async (code, column, message) => {
  const lines = (await stderrOf(code)).trimEnd().split('\n');
  expect(lines.at(-1)).toBe(`SyntaxError: ${message}`);
  const indent = 4 - 1;
  if (column > 1 && lines.length > 3)
    expect((lines.at(-2) ?? '').indexOf('^')).toBeLessThan(column + indent + 1);
});

test.each([
  `f'{f"{1}"}'`,
  `x = {"a": 1}\nf"{x['a']:>{5}}{x!r}" f'{{"b"}}'`,
  `f"{chr(10).join('ab')}\\n" rf'\\d{1}'`,
  'f"""{\n1 # not in 3.11\n}"""'.replace(' # not in 3.11', ''),
  'match 1:\n    case int(): pass',
  'type = 5\nprint(type)',
  'def f(*args: *tuple): pass\ntry: pass\nexcept* (ValueError, TypeError): pass',
])('what 3.11 can parse runs: %j', async (code) => {
  expect(await stderrOf(code)).toBe('');
});

test('uses of names newer than 3.11 are noted with their line, and run', async () => {
  const container = await openContainer(sandbox);
  await container.run('import itertools as it');
  const outcome = await container.run(
    'from typing import override\nimport math\nprint(list(it.batched("abc", 2)), math.sumprod([1], [2]))\nbatched = 1\nprint(batched)',
  );
  expect(outcome).toMatchObject({
    stdout: "[('a', 'b'), ('c',)] 2\n1\n",
    notes: [
      { name: 'typing.override', since: '3.12', line: 1 },
      { name: 'itertools.batched', since: '3.12', line: 3 },
      { name: 'math.sumprod', since: '3.12', line: 3 },
    ],
  });
});

test('warnings that 3.11 does not print are not printed', async () => {
  expect(await stderrOf('def f():\n    try: pass\n    finally: return "\\d"')).toBe('');
});

function escape(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
}

test('what nobody can catch is reported as in Python 3.11', async () => {
  const container = await openContainer(sandbox);
  const { stderr } = await container.play(
    'class A:\n    def __del__(self): raise ValueError("x")\nit = A()\ndel it\ndef numbers():\n    try: yield 1\n    finally: 1 / 0\nrest = numbers()\nnext(rest)\ndel rest',
  );
  expect(stderr.replaceAll(/0x[0-9a-f]+/g, '0x0')).toBe(
    'Exception ignored in: <function A.__del__ at 0x0>\n' +
      'Traceback (most recent call last):\n' +
      '  File "/tmp/cell_1/cell.py", line 5, in __del__\n' +
      '    def __del__(self): raise ValueError("x")\n' +
      '                       ^^^^^^^^^^^^^^^^^^^^^\n' +
      'ValueError: x\n' +
      'Exception ignored in: <generator object numbers at 0x0>\n' +
      'Traceback (most recent call last):\n' +
      '  File "/tmp/cell_1/cell.py", line 10, in numbers\n' +
      '    finally: 1 / 0\n' +
      '             ~~^~~\n' +
      'ZeroDivisionError: division by zero\n',
  );
});

test('help() and sysconfig work', async () => {
  const container = await openContainer(sandbox);
  const { stdout, stderr } = await container.play(
    'import sysconfig\nhelp(f)\nprint(sysconfig.get_platform(), sysconfig.get_config_var("prefix"))',
    'f',
  );
  expect(stderr).toBe('');
  expect(stdout).toBe(
    'Help on function f in module __main__:\n\nasync f(input)\n\nlinux-x86_64 /usr/local\n',
  );
});

test('a process without standard streams goes on, and says nothing', async () => {
  const container = await openContainer(sandbox);
  await container.run('import os\nx = 1\nfor fd in range(3): os.close(fd)');
  expect(await container.play('1 / 0')).toMatchObject({ stdout: '', stderr: '', return_code: 1 });
  const written = await container.play('open("/tmp/x", "w").write(f"{x}")');
  expect(written).toMatchObject({ stderr: '', return_code: 0 });
});

test('a syntax error that the compiler finds shows its line, as one that the parser finds', async () => {
  expect(await stderrOf('x = 1\nreturn 5')).toBe(
    '  File "/tmp/cell_1/cell.py", line 5\n' +
      '    return 5\n' +
      '    ^^^^^^^^\n' +
      "SyntaxError: 'return' outside function\n",
  );
});
