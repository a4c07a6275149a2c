import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ESCAPES, RUINS } from './escapes.ts';
import { openContainer, useSandbox } from './harness.ts';

const CANARY = 'canary-6f1d2a';
const sandbox = useSandbox({ workers: 1, watchdog: 3000 });
const folder = mkdtempSync(join(tmpdir(), 'callsheet-'));
const touch = join(folder, 'touched');
let server: Server;
let port = 0;

beforeAll(async () => {
  process.env['CALLSHEET_CANARY'] = CANARY;
  writeFileSync(join(folder, 'secret'), CANARY);
  server = createServer((_, response) => response.end());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  port = (server.address() as AddressInfo).port;
});
afterAll(() => {
  delete process.env['CALLSHEET_CANARY'];
  server.close();
  rmSync(folder, { recursive: true });
});

function fill(code: string): string {
  return code
    .replaceAll('CALLSHEET_CANARY', 'CALLSHEET_\u0000')
    .replaceAll('CANARY', CANARY)
    .replaceAll('CALLSHEET_\u0000', 'CALLSHEET_CANARY')
    .replaceAll('SECRET_FILE', join(folder, 'secret'))
    .replaceAll('SECRET_FOLDER', folder)
    .replaceAll('TOUCH_FILE', touch)
    .replaceAll('HOST_PORT', String(port))
    .replaceAll('HOST_TIME', String(Date.now() / 1000));
}

test('there are at least a hundred attempts, fifteen of which work on stock Pyodide', () => {
  expect(Object.keys(ESCAPES).length + Object.keys(RUINS).length).toBeGreaterThanOrEqual(100);
  expect(Object.values(ESCAPES).filter((it) => it.worksOnStock).length).toBeGreaterThanOrEqual(15);
});

test('control: the attempts that are said to work on stock Pyodide do', () => {
  const attempts = Object.fromEntries(
    Object.entries(ESCAPES)
      .filter(([, { worksOnStock }]) => worksOnStock)
      .map(([name, { code }]) => [name, fill(code)]),
  );
  const file = join(folder, 'attempts.json');
  const result = join(folder, 'results.json');
  writeFileSync(file, JSON.stringify({ attempts, touch, result }));
  const script = fileURLToPath(new URL('stock-pyodide.mjs', import.meta.url));
  const { stderr } = spawnSync(process.execPath, [script, file], {
    input: `${CANARY}\n`,
    encoding: 'utf8',
    env: { ...process.env, CALLSHEET_CANARY: CANARY, TZ: 'Asia/Tokyo' },
  });
  expect(existsSync(result), stderr).toBe(true);
  const printed: Record<string, string> = JSON.parse(readFileSync(result, 'utf8'));
  const failed = Object.entries(printed).filter(([, text]) => !text.includes('ESCAPED'));
  expect(failed).toEqual([]);
  expect(Object.keys(printed)).toHaveLength(Object.keys(attempts).length);
});

test.each(Object.entries(ESCAPES))('no way out: %s', async (_, { code }) => {
  const container = await openContainer(sandbox);
  const umask = process.umask();
  const { stdout, stderr } = await container.play(fill(code));
  expect(stdout).not.toContain('ESCAPED');
  expect(stdout + stderr.replaceAll(/^ {4}.*$/gm, '')).not.toContain(CANARY);
  expect(existsSync(touch)).toBe(false);
  expect(process.umask()).toBe(umask);
  expect((await container.play('print("next")')).stdout).toBe('next\n');
  await container.dispose();
});

test.each(Object.entries(RUINS))(
  'the next cell and another container run when %s',
  async (_, code) => {
    const [container, other] = [await openContainer(sandbox), await openContainer(sandbox)];
    await container.play(code);
    const outcome = await container
      .play('import sys\nprint("next", await f({"a": 1}))', 'f')
      .catch((error: Error) => error);
    const alive = await other.play('print("alive", await f({"a": 1}))', 'f');
    expect(alive).toMatchObject({ stdout: 'alive f {"a":1}\n', stderr: '', return_code: 0 });
    expect(outcome).toMatchObject({ return_code: expect.any(Number) });
    await container.dispose();
    await other.dispose();
  },
);

test('a cell that writes to its clock gets out with no other time than its limits allow', async () => {
  for (const [value, at] of [
    ['-1e18', 7000],
    ['1e300', 97_000],
    ['float("inf")', 97_000],
    ['float("nan")', 7000],
  ] as const) {
    const container = await openContainer(sandbox);
    const code = `import gc\nfor it in gc.get_objects():\n    its = getattr(it, "__globals__", None)\n    if type(its) is dict and its.get("__name__") == "_callsheet.clock":\n        its["block"][2] = 0.0\n        its["block"][0] = ${value}\n        break`;
    expect(await container.run(code, { at: 7000 })).toMatchObject({ at });
    await container.dispose();
  }
});

test('no container finds in its memory what another one left there', async () => {
  const secret = 'a secret of the first container';
  const [first, second] = [await openContainer(sandbox), await openContainer(sandbox)];
  await first.run(`
secret = "".join(${JSON.stringify(Array.from(secret))}) * 1000
copies = [secret.encode() + bytes([n]) for n in range(200)]
open("/tmp/file", "w").write(secret)`);
  const search = `
import ctypes
needle = "".join(${JSON.stringify(Array.from(secret).toReversed())})[::-1].encode() * 2
size = 30 << 20
print("FOUND" if ctypes.string_at(1024, size - 1024).count(needle) > LIMIT else "clean")`;
  // The control: the container itself finds it. Its own search leaves one or two copies of the needle.
  expect((await first.play(search.replace('LIMIT', '50'))).stdout).toBe('FOUND\n');
  expect((await second.play(search.replace('LIMIT', '3'))).stdout).toBe('clean\n');
  await first.dispose();
  const third = await openContainer(sandbox);
  expect((await third.play(search.replace('LIMIT', '3'))).stdout).toBe('clean\n');
});
