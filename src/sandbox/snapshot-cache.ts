import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type DriverSources, PRELOADED } from './snapshot-contents.ts';

/** Raise it when a snapshot's contents change for a reason the key does not see. */
const FORMAT = 1;
const DIGEST_BYTES = 32;

/** What a snapshot depends on. */
export interface SnapshotInputs {
  readonly pyodide: string;
  readonly node: string;
  readonly driver: DriverSources;
  /** Our own modules that shape the heap while it is built, as text. */
  readonly host: string;
}

/** Names the snapshot of these inputs. Snapshots of one Node major do not load in every other. */
export function snapshotKey(inputs: SnapshotInputs): string {
  const major = inputs.node.split('.')[0];
  const text = JSON.stringify([
    FORMAT,
    inputs.pyodide,
    major,
    PRELOADED,
    Object.entries(inputs.driver).toSorted(([a], [b]) => (a < b ? -1 : 1)),
    inputs.host,
  ]);
  return createHash('sha256').update(text).digest('hex').slice(0, 32);
}

/** Reads a snapshot. Undefined when there is none, or when it is not what was written. */
export async function readSnapshot(
  directory: string,
  key: string,
): Promise<Uint8Array | undefined> {
  let file: Buffer;
  try {
    file = await readFile(path(directory, key));
  } catch {
    return undefined;
  }
  if (file.length <= DIGEST_BYTES) return undefined;
  const snapshot = file.subarray(0, -DIGEST_BYTES);
  return digest(snapshot).equals(file.subarray(-DIGEST_BYTES)) ? snapshot : undefined;
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
    await writeFile(draft, Buffer.concat([snapshot, digest(snapshot)]));
    // Another process sees the whole file or none.
    await rename(draft, target);
    return true;
  } catch {
    await rm(draft, { force: true }).catch(() => {});
    return false;
  }
}

function path(directory: string, key: string): string {
  return join(directory, `python-${key}.snapshot`);
}

function digest(bytes: Uint8Array): Buffer {
  return createHash('sha256').update(bytes).digest();
}
