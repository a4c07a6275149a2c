import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readShippedSnapshot, shipSnapshot } from './shipped-snapshot.ts';

const SNAPSHOT = Uint8Array.from({ length: 10_000 }, (_, i) => i % 7);

let folder: URL;
beforeAll(async () => {
  folder = pathToFileURL(`${await mkdtemp(join(tmpdir(), 'callsheet-'))}/`);
});
afterAll(() => rm(folder, { recursive: true }));

test('a shipped snapshot is read as it was, and takes less room', async () => {
  expect(await shipSnapshot('one', SNAPSHOT, folder)).toBeLessThan(SNAPSHOT.length / 5);
  const shipped = await readShippedSnapshot('one', folder);
  expect(Buffer.from(SNAPSHOT).equals(shipped ?? Buffer.of())).toBe(true);
});

test('a package ships one: of another version there is none', async () => {
  await shipSnapshot('two', SNAPSHOT, folder);
  expect(await readdir(folder)).toEqual(['two.snapshot.br']);
  expect(await readShippedSnapshot('one', folder)).toBeUndefined();
});

test('a damaged one counts as none', async () => {
  await writeFile(new URL('two.snapshot.br', folder), 'something else');
  expect(await readShippedSnapshot('two', folder)).toBeUndefined();
});
