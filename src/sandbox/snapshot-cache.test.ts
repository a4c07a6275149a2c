import { mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readSnapshot, sealed, snapshotKey, unsealed, writeSnapshot } from './snapshot-cache.ts';

const SNAPSHOT = Uint8Array.from({ length: 1000 }, (_, i) => i);
const INPUTS = { pyodide: '1.0.0', driver: { clock: 'x' }, host: 'y' };

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'callsheet-'));
});
afterAll(() => rm(directory, { recursive: true }));

test('a snapshot is read as it was written, and nothing else is left behind', async () => {
  const folder = join(directory, 'new', 'folder');
  expect(await writeSnapshot(folder, 'key', SNAPSHOT)).toBe(true);
  expect(Uint8Array.from(readSnapshot(folder, 'key') ?? [])).toEqual(SNAPSHOT);
  expect(await readdir(folder)).toEqual(['python-key.snapshot']);
});

test('empty pages take no room, and come back', () => {
  const snapshot = new Uint8Array(10 * 4096 + 128);
  snapshot[3 * 4096] = 1;
  snapshot[snapshot.length - 1] = 2;
  const bytes = sealed(snapshot);
  expect(bytes.length).toBeLessThan(2 * 4096);
  expect(Buffer.compare(unsealed(bytes)!, snapshot)).toBe(0);
});

test('there is no snapshot where none was written', () => {
  expect(readSnapshot(directory, 'missing')).toBeUndefined();
});

test.each([
  ['cut short', (file: Buffer) => file.subarray(0, -1)],
  ['empty', (file: Buffer) => file.subarray(0, 0)],
  [
    'changed in one bit',
    (file: Buffer) => Buffer.from(file.map((byte, i) => (i === 500 ? byte ^ 1 : byte))),
  ],
])('a file that is %s counts as none', async (_, damage) => {
  await writeSnapshot(directory, 'damaged', SNAPSHOT);
  const path = join(directory, 'python-damaged.snapshot');
  await writeFile(path, damage(await readFile(path)));
  expect(readSnapshot(directory, 'damaged')).toBeUndefined();
});

test('a folder that cannot be made does no harm', async () => {
  await writeFile(join(directory, 'file'), '');
  expect(await writeSnapshot(join(directory, 'file', 'folder'), 'key', SNAPSHOT)).toBe(false);
});

test.each([
  ['Pyodide', { pyodide: '1.0.1' }],
  ['the driver', { driver: { clock: 'z' } }],
  ['the host modules', { host: 'z' }],
])('the key depends on %s', (_, change) => {
  expect(snapshotKey({ ...INPUTS, ...change })).not.toBe(snapshotKey(INPUTS));
});

test('only the snapshots built last are kept, and drafts of processes that are gone are removed', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'callsheet-'));
  const key = (n: number): string => String(n).repeat(32);
  const old = join(directory, `python-${key(9)}.snapshot.00000000-0000-0000-0000-000000000000`);
  await writeFile(old, 'half');
  await utimes(old, 1, 1);
  await writeFile(join(directory, 'somebody else’s'), '');
  for (let n = 0; n < 6; n++) {
    await writeSnapshot(directory, key(n), Uint8Array.of(n));
    await utimes(join(directory, `python-${key(n)}.snapshot`), 1000 + n, 1_000_000 + n);
  }
  expect((await readdir(directory)).toSorted((a, b) => (a < b ? -1 : 1))).toEqual([
    ...[2, 3, 4, 5].map((n) => `python-${key(n)}.snapshot`),
    'somebody else’s',
  ]);
  await rm(directory, { recursive: true });
});
