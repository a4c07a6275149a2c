import { Buffer } from 'node:buffer';
import { createHash } from 'node:crypto';
import { gunzipSync, gzipSync } from 'node:zlib';
import type { ContainerParts } from './container.ts';
import { SandboxError } from './sandbox-error.ts';

const MAGIC = 'callsheet checkpoint 1\n';
const DIGEST_BYTES = 32;

/**
 * A container as bytes: a line that says what this is, the version of the interpreter it fits, the digest of the rest,
 * and the rest compressed.
 */
export function encodeCheckpoint(version: string, parts: ContainerParts): Uint8Array {
  const body = gzipSync(pack(parts), { level: 1 });
  return Uint8Array.from(Buffer.concat([header(version), digest(body), body]));
}

/** Reads one. The digest guards against damage, not against malice: checkpoints are to be trusted like code. */
export function decodeCheckpoint(bytes: Uint8Array, version: string): ContainerParts {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const expected = header(version);
  if (!file.subarray(0, expected.length).equals(expected)) {
    throw unusable(
      file.subarray(0, MAGIC.length).toString('latin1') === MAGIC
        ? 'it was made by another version of callsheet, Pyodide or Node'
        : 'the bytes are no checkpoint',
    );
  }
  const body = file.subarray(expected.length + DIGEST_BYTES);
  const sum = file.subarray(expected.length, expected.length + DIGEST_BYTES);
  if (!digest(body).equals(sum)) throw unusable('it is damaged');
  return unpack(gunzipSync(body));
}

/**
 * JSON with the arrays of bytes after it, each in the place its text names. Not Node's own serialisation, which writes
 * equal values in different ways.
 */
function pack(parts: ContainerParts): Buffer {
  const blobs: Uint8Array[] = [];
  let size = 0;
  const json = JSON.stringify(parts, (_key, value: unknown) => {
    if (value instanceof Set) return { $set: [...value] };
    if (!(value instanceof Uint8Array || value instanceof Uint32Array)) return value;
    const bytes = new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
    blobs.push(bytes);
    size += bytes.length;
    return {
      [value instanceof Uint32Array ? '$words' : '$bytes']: [size - bytes.length, bytes.length],
    };
  });
  const text = Buffer.from(json);
  const length = Buffer.alloc(4);
  length.writeUInt32LE(text.length);
  return Buffer.concat([length, text, ...blobs]);
}

function unpack(file: Buffer): ContainerParts {
  const end = 4 + file.readUInt32LE(0);
  const blob = ([start, length]: [number, number]): Uint8Array<ArrayBuffer> =>
    new Uint8Array(file.subarray(end + start, end + start + length));
  const parts: ContainerParts = JSON.parse(
    file.subarray(4, end).toString(),
    (_key, value: Record<string, never> | null) => {
      if (typeof value !== 'object' || value === null) return value;
      if ('$set' in value) return new Set(value['$set']);
      if ('$bytes' in value) return blob(value['$bytes']);
      if ('$words' in value) return new Uint32Array(blob(value['$words']).buffer);
      return value;
    },
  );
  return parts;
}

function header(version: string): Buffer {
  return Buffer.from(`${MAGIC}${version}\n`, 'latin1');
}

function digest(bytes: Uint8Array): Buffer {
  return createHash('sha256').update(bytes).digest();
}

function unusable(reason: string): SandboxError {
  return new SandboxError(
    'checkpoint.unusable',
    `The checkpoint cannot be restored: ${reason}. Make it again from the conversation.`,
  );
}
