import { createHash } from 'node:crypto';
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import type { CellOutcome, SandboxContainer } from '../../dist/protocol/sandbox.js';
import { answer, EPOCH, useSandbox } from './harness.ts';

const one = useSandbox({ workers: 1 });
const two = useSandbox({ workers: 2, blockedWorkers: 1 });

let ids = 0;
const open = (sandbox = one): Promise<SandboxContainer> =>
  sandbox.createContainer({ id: `image_${++ids}`, seed: 'seed', epoch: EPOCH });
const run = (container: SandboxContainer, code: string): Promise<CellOutcome> =>
  container.run({ id: `cell_${++ids}`, code, tools: ['f'], at: 0 });
const fork = async (container: SandboxContainer): Promise<SandboxContainer> => {
  if (!container.fork) throw new Error('no fork');
  return container.fork({ id: `image_${++ids}` });
};
const checkpoint = async (container: SandboxContainer): Promise<Uint8Array> =>
  (await container.checkpoint?.()) ?? new Uint8Array();
const restore = async (sandbox: typeof one, bytes: Uint8Array): Promise<SandboxContainer> => {
  const restored = await sandbox.restoreContainer?.(bytes, { id: `image_${++ids}` });
  if (!restored) throw new Error('no restore');
  return restored;
};
const hash = async (container: SandboxContainer): Promise<string> =>
  createHash('sha256')
    .update(await checkpoint(container))
    .digest('hex');

const SETUP = `
import asyncio, os, random
rows = list(range(1000))
log = open("/tmp/log", "w+")
log.write("one ")
log.flush()
task = asyncio.create_task(f({"n": 1}))
await asyncio.sleep(0)`;
const REST = 'log.write("two")\nlog.seek(0)\nprint(log.read(), random.random(), sum(rows))';
const BLOCKING = `
import asyncio
def ask(n): return asyncio.run(f({"n": n}))
print("before")
print(ask(1), ask(2))`;

test('a fork goes on from where the original is, and neither sees the other', async () => {
  const original = await open();
  await run(original, SETUP);
  const copy = await fork(original);
  await run(copy, 'rows.clear()\nopen("/tmp/copy", "w").close()');
  expect(
    await run(original, 'import os\nprint(len(rows), sorted(os.listdir("/tmp")))'),
  ).toMatchObject({
    stdout: "1000 ['log']\n",
  });
  expect(await run(copy, 'print(len(rows))')).toMatchObject({ stdout: '0\n' });
});

test('forks that do the same end with the same bytes, in any worker', async () => {
  const original = await open(two);
  await run(original, SETUP);
  const copies = await Promise.all(Array.from({ length: 4 }, () => fork(original)));
  const outcomes = await Promise.all(
    [original, ...copies].map((it) => it.run({ id: 'same', code: REST, tools: ['f'], at: 0 })),
  );
  expect(new Set(outcomes.map((it) => JSON.stringify(it))).size).toBe(1);
  const hashes = await Promise.all([original, ...copies].map(hash));
  expect(new Set(hashes).size).toBe(1);
});

test('a container is forked while a call waits, and both are answered', async () => {
  const original = await open();
  const paused = await run(original, 'print("before")\nprint(await f({}))');
  const copy = await fork(original);
  const outcomes = [
    await copy.resume(answer(paused, 'copy'), 0),
    await original.resume(answer(paused, 'original'), 0),
  ];
  expect(outcomes).toMatchObject([{ stdout: 'before\ncopy\n' }, { stdout: 'before\noriginal\n' }]);
});

test('a cell that blocks its worker is forked by running it again', async () => {
  const original = await open();
  const paused = await run(original, BLOCKING);
  const again = await original.resume(answer(paused, 'one'), 0);
  const copy = await fork(original);
  const [first, second] = [
    await copy.resume(answer(again, 'two'), 0),
    await original.resume(answer(again, 'two'), 0),
  ];
  expect(first).toMatchObject({ stdout: 'before\none two\n' });
  expect(second).toEqual(first);
  expect(await hash(copy)).toBe(await hash(original));
});

test('a container is restored from bytes in another sandbox', async () => {
  const original = await open();
  await run(original, SETUP);
  const copy = await restore(two, await checkpoint(original));
  const outcomes = await Promise.all(
    [original, copy].map((it) => it.run({ id: 'same', code: REST, tools: ['f'], at: 0 })),
  );
  expect(outcomes[1]).toEqual(outcomes[0]);
  expect(await hash(copy)).toBe(await hash(original));
});

test.each([
  ['waits', 'print("before")\nprint(await f({}))'],
  ['blocks its worker', 'import asyncio\nprint("before")\nprint((lambda: asyncio.run(f({})))())'],
])('a container whose cell %s is restored in another process from a file', async (_, code) => {
  const folder = await mkdtemp(join(tmpdir(), 'callsheet-'));
  try {
    const original = await open();
    await run(original, 'kept = 41');
    const paused = await original.run({ id: 'waiting', code, tools: ['f'], at: 0 });
    const file = join(folder, 'checkpoint');
    await writeFile(file, await checkpoint(original));
    const answers = JSON.stringify(answer(paused, 'answered'));
    const { stdout } = await promisify(execFile)(process.execPath, [
      '--input-type=module',
      '-e',
      `import { createHash } from 'node:crypto';
      import { readFileSync } from 'node:fs';
      import { pyodideSandbox } from ${JSON.stringify(new URL('../../dist/sandbox/pyodide.js', import.meta.url).href)};
      const copy = await pyodideSandbox().restoreContainer(readFileSync(${JSON.stringify(file)}), { id: 'copy' });
      const outcome = await copy.resume(${answers}, 0);
      const hash = createHash('sha256').update(await copy.checkpoint()).digest('hex');
      console.log(JSON.stringify({ outcome, hash }));`,
    ]);
    const outcome = await original.resume(answer(paused, 'answered'), 0);
    expect(outcome).toMatchObject({ stdout: 'before\nanswered\n' });
    expect(JSON.parse(stdout)).toEqual({ outcome, hash: await hash(original) });
    expect((await readFile(file)).length).toBeLessThan(1_000_000);
  } finally {
    await rm(folder, { recursive: true });
  }
});

test('bytes that are no checkpoint, or a damaged one, are refused by name', async () => {
  const container = await open();
  await run(container, 'x = 1');
  const bytes = await checkpoint(container);
  const damaged = bytes.slice();
  damaged[bytes.length - 5] = (damaged[bytes.length - 5] ?? 0) ^ 1;
  const other = bytes.slice();
  other[30] = (other[30] ?? 0) ^ 1;
  const attempt = (it: Uint8Array): Promise<unknown> =>
    restore(one, it).catch((error: unknown) => error);
  expect(await Promise.all([new Uint8Array(9), damaged, other].map(attempt))).toMatchObject([
    {
      code: 'checkpoint.unusable',
      message: expect.stringContaining('the bytes are no checkpoint'),
    },
    { code: 'checkpoint.unusable', message: expect.stringContaining('it is damaged') },
    { code: 'checkpoint.unusable', message: expect.stringContaining('another version') },
  ]);
});

test('a container is not saved while a cell runs', async () => {
  const container = await open();
  const running = container.run({ id: 'busy', code: 'x = 1', tools: [], at: 0 });
  await expect(container.checkpoint?.()).rejects.toThrow(
    `Container "${container.id}" cannot be saved: it is running cell "busy". Wait for the cell's outcome.`,
  );
  await running;
});

test('twenty cells that block are served by one worker, in any order', async () => {
  const sandbox = one;
  const containers = await Promise.all(Array.from({ length: 20 }, () => open(sandbox)));
  const paused = await Promise.all(containers.map((it) => run(it, BLOCKING)));
  const order = containers.map((_, n) => (n * 7) % 20);
  const ends = await Promise.all(
    order.map(async (n) => {
      const again = await containers[n]?.resume(answer(paused[n] as never, `a${n}`), 0);
      return containers[n]?.resume(answer(again as never, `b${n}`), 0);
    }),
  );
  expect(ends.map((end) => end?.state === 'finished' && end.stdout)).toEqual(
    order.map((n) => `before\na${n} b${n}\n`),
  );
});
