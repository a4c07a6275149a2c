import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openContainer, useSandbox } from './harness.ts';

const sandbox = useSandbox({ workers: 1 });

/** Undoes the outermost layer, which hides Pyodide's modules. */
const UNHIDE = 'import sys\nsys.meta_path[:] = sys.meta_path[1:]\n';

test.each([
  ['import js', "ModuleNotFoundError: No module named 'js'"],
  ['import pyodide_js', "ModuleNotFoundError: No module named 'pyodide_js'"],
  ['from pyodide.code import run_js', "ModuleNotFoundError: No module named 'pyodide'"],
  [`${UNHIDE}import js`, "ModuleNotFoundError: No module named 'js'"],
  [
    `${UNHIDE}from pyodide.code import run_js\nrun_js("1")`,
    "ModuleNotFoundError: No module named 'js'",
  ],
  [`${UNHIDE}import _pyodide_core\n_pyodide_core.to_js([1])`, 'Segmentation fault'],
  [`${UNHIDE}import _pyodide_core\n_pyodide_core.create_proxy(print)`, 'Segmentation fault'],
  [`${UNHIDE}import _pyodide_core\n_pyodide_core.trigger_fatal_error()`, 'Segmentation fault'],
  [
    'import socket\nsocket.socket()',
    'OSError: [Errno 97] Address family not supported by protocol',
  ],
  [
    'import socket\nsocket.create_connection(("127.0.0.1", 80))',
    'socket.gaierror: [Errno -3] Temporary failure in name resolution',
  ],
  [
    'import socket\nsocket.getaddrinfo("example.com", 80)',
    'socket.gaierror: [Errno -3] Temporary failure in name resolution',
  ],
  [
    'import subprocess\nsubprocess.run(["ls"])',
    'OSError: [Errno 95] linux does not support processes.',
  ],
  ['open("/etc/passwd")', "FileNotFoundError: [Errno 2] No such file or directory: '/etc/passwd'"],
  ['import ctypes\nctypes.CDLL("/tmp/library.so")', 'OSError: cannot open shared object file'],
  ['open("/dev/callsheet", "r+b", buffering=0).read()', 'OSError: [Errno 5] Input/output error'],
])('%j fails inside the cell, and the next cell runs', async (code, message) => {
  const container = await openContainer(sandbox);
  const played = await container.play(code);
  expect(played.stderr.trimEnd().split('\n').at(-1)).toBe(message);
  expect(played.return_code).not.toBe(0);
  expect((await container.play('print("next")')).stdout).toBe('next\n');
});

test.each([
  'emscripten_run_script',
  'emscripten_run_script_int',
  'emscripten_run_script_string',
  'emscripten_asm_const_int',
  'JsvFunction_Construct',
  'js2python_js',
  'system',
  'Py_DecRef',
])('ctypes does not find %s', async (symbol) => {
  const container = await openContainer(sandbox);
  const { stderr } = await container.play(`import ctypes\nctypes.CDLL(None).${symbol}`);
  expect(stderr).toMatch(/\nAttributeError: undefined symbol\n$/);
});

test('os.system runs nothing', async () => {
  const path = join(tmpdir(), `callsheet-escape-${process.pid}`);
  const container = await openContainer(sandbox);
  const { stdout } = await container.play(
    `import os\nprint(os.waitstatus_to_exitcode(os.system("touch ${path}")))`,
  );
  expect([stdout, existsSync(path)]).toEqual(['127\n', false]);
});

test('os.umask is the container’s own', async () => {
  const before = process.umask();
  const container = await openContainer(sandbox);
  const { stdout } = await container.play(
    'import os\nprint(oct(os.umask(0o777)), oct(os.umask(0)))',
  );
  expect([stdout, process.umask()]).toEqual(['0o22 0o777\n', before]);
});

test('no variable of the host’s environment shows', async () => {
  const container = await openContainer(sandbox);
  const { stdout } = await container.play('import os\nprint(sorted(os.environ))');
  expect(stdout).toBe("['HOME', 'INPUT_DIR', 'LANG', 'PATH', 'PWD']\n");
});

test('nothing but the container’s own files shows', async () => {
  const container = await openContainer(sandbox);
  const { stdout } = await container.play(
    'import os\nprint(sorted(os.listdir("/")), os.listdir("/home"), os.listdir("/root"), os.listdir("/tmp"))',
  );
  expect(stdout).toBe("['dev', 'files', 'home', 'lib', 'proc', 'root', 'tmp', 'usr'] [] [] []\n");
});

test('no JavaScript object is within reach of the garbage collector', async () => {
  const container = await openContainer(sandbox);
  const { stdout } = await container.play(`
import gc
gc.collect()
print([type(it).__name__ for it in gc.get_objects() if type(it).__name__ == "JsProxy"])
print([it.jsproxies for it in gc.get_objects() if type(it).__name__ == "JsFinder"])`);
  expect(stdout).toBe('[]\n[{}]\n');
});

test('the terminal of the host is not read', async () => {
  const container = await openContainer(sandbox);
  expect((await container.play('print(repr(open("/dev/tty").read()))')).stdout).toBe("''\n");
});

test('the standard library that all containers read cannot be written to', async () => {
  const container = await openContainer(sandbox);
  const { stdout } = await container.play(`
import os
for attempt in (
    lambda: os.truncate("/usr/local/lib/python3.11", 0),
    lambda: os.write(os.open("/usr/local/lib/python3.11", os.O_RDWR), b"x"),
):
    try:
        attempt()
    except OSError as error:
        print(error.strerror)`);
  expect(stdout).toBe('Read-only file system\nRead-only file system\n');
});
