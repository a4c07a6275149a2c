import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, afterEach, expect, test } from 'vitest';
import type { Sandbox, SandboxContainer } from '../../dist/protocol/sandbox.js';
import { pyodideSandbox, type PyodideSandboxOptions } from '../../dist/sandbox/pyodide.js';
import { install, notHere, runQuietly } from '../../scripts/scoreboard/registry.mjs';
import { orSkip } from '../support/or-skip.ts';
import { EPOCH } from './harness.ts';

/**
 * No wheel of numpy or pandas for this interpreter (cp314, pyemscripten_2026_0_wasm32) is on PyPI: numpy publishes none for
 * any Emscripten, pandas some for cp312 and pyemscripten_2024_0. pydantic_core, half a megabyte of Rust, is there; it is
 * fetched once and kept.
 */
const DIR = resolve(import.meta.dirname, '../../node_modules/.cache/callsheet-wheels');
const NAMES = ['typing_extensions', 'pydantic_core'];
const TAGS = [
  '--platform',
  'pyemscripten_2026_0_wasm32',
  '--python-version',
  '3.14',
  '--implementation',
  'cp',
  '--abi',
  'cp314',
];

/** The folder of the wheels; throws a `SkipError` when they cannot be fetched. */
function fetchWheels(): string {
  mkdirSync(DIR, { recursive: true });
  const kept = readdirSync(DIR);
  const missing = NAMES.filter((name) => !kept.some((file) => file.startsWith(`${name}-`)));
  if (missing.length === 0) return DIR;
  const pip = ['python3', '-m', 'pip'];
  if (!runQuietly([...pip, '--version']).ok) throw notHere('pip of python3');
  const into = ['--quiet', '--no-deps', '--only-binary', ':all:', ...TAGS, '--dest', DIR];
  install([...pip, 'download', ...into, ...missing], {
    probe: [...pip, 'index', 'versions', 'pip'],
  });
  return DIR;
}

const wheels = orSkip('compiled packages', fetchWheels);

const folder = mkdtempSync(join(tmpdir(), 'callsheet-wheels-'));
afterAll(() => rmSync(folder, { recursive: true }));

const opened: Sandbox[] = [];
afterEach(async () => {
  await Promise.all(opened.splice(0).map((sandbox) => sandbox.dispose()));
});

function open(options: PyodideSandboxOptions): Sandbox {
  const sandbox = pyodideSandbox(options);
  opened.push(sandbox);
  return sandbox;
}

let cells = 0;

async function stdout(container: SandboxContainer, code: string): Promise<string> {
  const outcome = await container.run({ id: `cell_${++cells}`, code, tools: [], at: 0 });
  if (outcome.state !== 'finished') throw new Error('The cell waits.');
  expect(outcome.stderr).toBe('');
  return outcome.stdout;
}

test('a package without a wheel is an error that tells how to get it', async () => {
  writeFileSync(join(folder, 'numpy-2.4.6-cp312-cp312-pyemscripten_2024_0_wasm32.whl'), '');
  const sandbox = open({ packages: { names: ['numpy'], dir: folder } });
  await expect(sandbox.createContainer({ id: 'a', seed: '', epoch: EPOCH })).rejects.toMatchObject({
    code: 'package.missing',
    message: expect.stringMatching(
      /numpy-2\.4\.6-cp312.*for another platform[^]*pip download .*--platform pyemscripten_2026_0_wasm32 .* numpy$/,
    ),
  });
});

test.skipIf(!wheels)('a compiled package survives rewinds, forks and checkpoints', async () => {
  const sandbox = open({ packages: { names: NAMES, dir: DIR }, workers: 2 });
  const container = await sandbox.createContainer({ id: 'a', seed: 'a', epoch: EPOCH });
  await stdout(
    container,
    `from pydantic_core import SchemaValidator, core_schema
v = SchemaValidator(core_schema.list_schema(core_schema.int_schema()))`,
  );
  const fork = await container.fork?.({ id: 'b' });
  const saved = await container.checkpoint?.();
  if (!fork || !saved) throw new Error('This sandbox does not fork.');
  // Other containers, some of whose processes die, use the same workers in between.
  for (let i = 0; i < 4; i++) {
    const other = await sandbox.createContainer({ id: `other ${i}`, seed: `${i}`, epoch: EPOCH });
    await other.run({
      id: 'dies',
      code: 'import os, pydantic_core\nos._exit(1)',
      tools: [],
      at: 0,
    });
    expect(
      await stdout(other, 'from pydantic_core import from_json\nprint(from_json(b"[1, 2.5]"))'),
    ).toBe('[1, 2.5]\n');
    expect(await stdout(i % 2 === 0 ? container : fork, `print(v.validate_json('["${i}"]'))`)).toBe(
      `[${i}]\n`,
    );
  }
  const copy = await sandbox.restoreContainer?.(saved, { id: 'c' });
  if (!copy) throw new Error('This sandbox does not restore.');
  expect(await stdout(copy, 'print(v.validate_python(("7",)))')).toBe('[7]\n');
});

test.skipIf(!wheels)(
  'programs of the shell have the packages, and nobody can change them',
  async () => {
    const sandbox = open({ packages: { names: NAMES, dir: DIR } });
    const container = await sandbox.createContainer({ id: 'a', seed: 'a', epoch: EPOCH });
    const command = `python3 -c "
import pydantic_core
print(pydantic_core.from_json(b'1'))
open(pydantic_core.__file__, 'w')
"`;
    const outcome = await container.bash?.({ id: 'b', command, at: 0 });
    expect(outcome).toMatchObject({
      stdout: '1\n',
      stderr: expect.stringContaining('Read-only file system'),
    });
  },
);

test.skipIf(!wheels)('a package that lacks what it depends on says so', async () => {
  const sandbox = open({ packages: { names: ['pydantic_core'], dir: DIR } });
  const container = await sandbox.createContainer({ id: 'a', seed: 'a', epoch: EPOCH });
  await expect(container.run({ id: 'a', code: '', tools: [], at: 0 })).rejects.toThrow(
    /"pydantic_core" cannot be imported: ModuleNotFoundError: No module named 'typing_extensions'/,
  );
});
