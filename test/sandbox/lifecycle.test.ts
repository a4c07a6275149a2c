import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { interpreterVersion, loadAssets } from '../../dist/sandbox/assets.js';
import { pyodideSandbox, sharedSandbox } from '../../dist/sandbox/pyodide.js';
import { sealed } from '../../dist/sandbox/snapshot-cache.js';
import { EPOCH, openContainer, useSandbox } from './harness.ts';

const MODULE = new URL('../../dist/sandbox/pyodide.js', import.meta.url).href;
const sandbox = useSandbox({ workers: 1 });

test('disposing of a waiting container ends it and leaves the others', async () => {
  const [a, b] = [await openContainer(sandbox), await openContainer(sandbox)];
  await a.run('await f({})', { tools: ['f'] });
  await a.dispose();
  await expect(a.resume([])).rejects.toThrow(
    `Container "${a.id}" was disposed of; nothing can run in it. Create a new one.`,
  );
  expect((await b.play('print("still here")')).stdout).toBe('still here\n');
});

test.each([
  ['is running', 'import re\nre.match(r"(a+)+$", "a" * 30 + "b")'],
  ['blocks its worker', 'import asyncio\n(lambda: asyncio.run(f({})))()\nasyncio.run(f({}))'],
])('disposing of a container whose cell %s settles the cell', async (_, code) => {
  const [a, b] = [await openContainer(sandbox), await openContainer(sandbox)];
  await b.run('kept = 1');
  const running = a.run(code, { tools: ['f'] });
  const settled = running.then(
    ({ state }) => state,
    ({ code }: { code: string }) => code,
  );
  await new Promise((resolve) => setTimeout(resolve, 50));
  await a.dispose();
  expect(['container.disposed', 'paused']).toContain(await settled);
  expect((await b.play('print(kept)')).stdout).toBe('1\n');
});

test('a disposed sandbox rejects the cell that runs and refuses new containers', async () => {
  const other = pyodideSandbox();
  const container = await openContainer(other);
  const running = container.run('print(1)');
  const settled = expect(running).rejects.toThrow('was disposed of in the middle of a cell');
  await other.dispose();
  await settled;
  await expect(openContainer(other)).rejects.toThrow('the sandbox was disposed of');
});

test('sandboxes that share workers keep their containers apart', async () => {
  const [a, b] = [sharedSandbox(), sharedSandbox()];
  const options = { id: 'same', seed: '', epoch: EPOCH };
  const [first, second] = [await a.createContainer(options), await b.createContainer(options)];
  const cell = { id: 'cell', tools: [], at: 0 };
  await first.run({ ...cell, code: 'x = 1' });
  await a.dispose();
  const outcome = await second.run({ ...cell, code: 'print("x" in globals())' });
  expect(outcome).toMatchObject({ stdout: 'False\n' });
  await b.dispose();
});

test('the process ends by itself when no cell runs', async () => {
  const { stdout } = await runScript(`
    const container = await pyodideSandbox().createContainer({ id: 'c', seed: '', epoch: 0 });
    const paused = await container.run({ id: 'a', code: 'await f({})', tools: ['f'], at: 0 });
    console.log(paused.state);`);
  expect(stdout).toBe('paused\n');
});

test('importing the sandbox starts nothing', async () => {
  const { stdout } = await runScript(`
    console.log(process.moduleLoadList.some((name) => /worker_threads/.test(name) && !/internal/.test(name)));
    await pyodideSandbox().dispose();`);
  expect(stdout).toBe('false\n');
});

test('a damaged snapshot in the folder CALLSHEET_CACHE_DIR names is made again, also by two processes at once, and read by the next', async () => {
  await withFolder(async (folder) => {
    const script = `
        const container = await pyodideSandbox().createContainer({ id: 'c', seed: '', epoch: 0 });
        const { stdout } = await container.run({ id: 'a', code: 'print("ok")', tools: [], at: 0 });
        process.stdout.write(stdout);`;
    const run = (): Promise<{ stdout: string }> =>
      runScript(script, { CALLSHEET_CACHE_DIR: folder });
    const whole = sealed((await loadAssets()).snapshot);
    const name = `python-${interpreterVersion()}.snapshot`;
    const file = join(folder, name);
    await writeFile(file, whole.toReversed());
    const both = await Promise.all([run(), run()]);
    expect(both.map(({ stdout }) => stdout)).toEqual(['ok\n', 'ok\n']);
    // Both made the same bytes as whoever made that of the tests.
    expect((await readFile(file)).equals(whole)).toBe(true);
    expect(await readdir(folder)).toEqual([name]);

    const { ino } = await stat(file);
    expect((await run()).stdout).toBe('ok\n');
    // A snapshot that is built again is put there as a new file.
    expect((await stat(file)).ino).toBe(ino);
  });
});

test('twenty things that break an interpreter leave nothing behind for the next container', async () => {
  const script = new URL('../../scripts/soak-sandbox.mjs', import.meta.url);
  const options = ['--only', 'rewinds', '--rewinds', '20'];
  const { stdout } = await promisify(execFile)(process.execPath, [
    fileURLToPath(script),
    ...options,
  ]);
  expect(stdout).toContain('rewinds: 20 over 20 nasty cells, 0 leaks');
});

test('a cache folder that cannot be written to does no harm', async () => {
  await withFolder(async (folder) => {
    await writeFile(join(folder, 'file'), '');
    const own = pyodideSandbox({ workers: 1, cacheDirectory: join(folder, 'file', 'cache') });
    expect((await (await openContainer(own)).play('print("ok")')).stdout).toBe('ok\n');
    await own.dispose();
  });
});

/** Runs a module that has the sandbox in scope in a process of its own; fails when it does not end. */
function runScript(
  code: string,
  env: Record<string, string> = {},
): Promise<{ stdout: string; stderr: string }> {
  const script = `import { pyodideSandbox } from ${JSON.stringify(MODULE)};${code}`;
  return promisify(execFile)(process.execPath, ['--input-type=module', '-e', script], {
    env: { ...process.env, ...env },
    timeout: 100_000,
  });
}

async function withFolder(use: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'callsheet-'));
  try {
    await use(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}
