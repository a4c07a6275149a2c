import { createHash, randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { mkdir, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PAGE, putPages } from './pages.ts';
import { type DriverSources, PRELOADED } from './snapshot-contents.ts';

/** Raise it when a snapshot's contents change for a reason the key does not see. */
const FORMAT = 3;
const DIGEST_BYTES = 32;

/** What a snapshot depends on. */
export interface SnapshotInputs {
  readonly pyodide: string;
  readonly driver: DriverSources;
  /** Our own modules that shape the heap while it is built, as text. */
  readonly host: string;
}

/** Names the snapshot of these inputs. The version of Node is none of them: one heap fits them all. */
export function snapshotKey(inputs: SnapshotInputs): string {
  const text = JSON.stringify([
    FORMAT,
    inputs.pyodide,
    PRELOADED,
    Object.entries(inputs.driver).toSorted(([a], [b]) => (a < b ? -1 : 1)),
    inputs.host,
  ]);
  return createHash('sha256').update(text).digest('hex').slice(0, 32);
}

/** Reads a snapshot. Undefined when there is none, or when it is not what was written. */
export function readSnapshot(directory: string, key: string): Uint8Array | undefined {
  let file: Buffer;
  try {
    file = readFileSync(path(directory, key));
  } catch {
    return undefined;
  }
  return unsealed(file);
}

const ZEROES = Buffer.alloc(PAGE);

/** A snapshot as it is kept: without its empty pages, which are nearly half of them, and with a digest behind it. */
export function sealed(snapshot: Uint8Array): Buffer {
  const pages: number[] = [];
  const held: Uint8Array[] = [];
  for (let start = 0; start < snapshot.length; start += PAGE) {
    const page = snapshot.subarray(start, start + PAGE);
    if (ZEROES.compare(page, 0, page.length, 0, page.length) === 0) continue;
    pages.push(start / PAGE);
    held.push(page);
  }
  const index = Uint32Array.of(snapshot.length, pages.length, ...pages);
  const content = Buffer.concat([new Uint8Array(index.buffer), ...held]);
  return Buffer.concat([content, digest(content)]);
}

/** The snapshot of such bytes, in shared memory. Undefined when they are not what was sealed. */
export function unsealed(bytes: Buffer): Uint8Array | undefined {
  if (bytes.length <= DIGEST_BYTES) return undefined;
  const content = bytes.subarray(0, -DIGEST_BYTES);
  if (!digest(content).equals(bytes.subarray(-DIGEST_BYTES))) return undefined;
  const word = (index: number): number => content.readUInt32LE(4 * index);
  const [size, count] = [word(0), word(1)];
  const snapshot = new Uint8Array(new SharedArrayBuffer(size));
  const pages = Uint32Array.from({ length: count }, (_, i) => word(2 + i));
  putPages(snapshot, { pages, bytes: content.subarray(4 * (2 + count)) });
  return snapshot;
}

/**
 * Keeps a snapshot for the next process. A folder that cannot be written to costs the next process a build, nothing
 * more, so this never fails; it returns whether the snapshot was kept.
 */
export async function writeSnapshot(
  directory: string,
  key: string,
  snapshot: Uint8Array,
): Promise<boolean> {
  const target = path(directory, key);
  const draft = `${target}.${randomUUID()}`;
  try {
    await mkdir(directory, { recursive: true });
    await writeFile(draft, sealed(snapshot));
    // Another process sees the whole file or none.
    await rename(draft, target);
    await prune(directory).catch(() => {});
    return true;
  } catch {
    await rm(draft, { force: true }).catch(() => {});
    return false;
  }
}

/** Snapshots kept: of the versions last built. Each has 17 MB. */
const KEPT = 4;
/** A draft this much older than the newest file, in milliseconds, was left by a process that is gone. */
const ABANDONED = 3_600_000;

async function prune(directory: string): Promise<void> {
  const names = (await readdir(directory)).filter((name) => OURS.test(name));
  const files = await Promise.all(
    names.map(async (name) => ({ name, age: (await stat(join(directory, name))).mtimeMs })),
  );
  files.sort((a, b) => b.age - a.age);
  const newest = files[0]?.age ?? 0;
  const snapshots = files.filter(({ name }) => name.endsWith('.snapshot'));
  const drafts = files.filter(
    ({ name, age }) => !name.endsWith('.snapshot') && newest - age > ABANDONED,
  );
  await Promise.all(
    [...snapshots.slice(KEPT), ...drafts].map(({ name }) =>
      rm(join(directory, name), { force: true }),
    ),
  );
}

const OURS = /^python-[0-9a-f]{32}\.snapshot(\.[0-9a-f-]{36})?$/;

function path(directory: string, key: string): string {
  return join(directory, `python-${key}.snapshot`);
}

function digest(bytes: Uint8Array): Buffer {
  return createHash('sha256').update(bytes).digest();
}
