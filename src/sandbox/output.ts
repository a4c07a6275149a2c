import { Buffer } from 'node:buffer';

/** What a cell printed: the bytes that were kept, and how many were not. */
export interface Printed {
  readonly stdout: Uint8Array;
  readonly stderr: Uint8Array;
  readonly droppedStdout: number;
  readonly droppedStderr: number;
}

/** Collects bytes up to a limit and counts the rest. */
export interface Collector {
  add(bytes: Uint8Array): void;
  /** What was added since this was last asked, and how much of it was dropped. */
  take(): { readonly bytes: Uint8Array; readonly dropped: number };
}

/** `limit` is asked for at every piece: it may change from container to container. */
export function createCollector(limit: () => number): Collector {
  let chunks: Uint8Array[] = [];
  let size = 0;
  let dropped = 0;
  return {
    add: (bytes) => {
      const room = Math.max(0, limit() - size);
      dropped += Math.max(0, bytes.length - room);
      if (room === 0) return;
      const kept = bytes.slice(0, room);
      size += kept.length;
      chunks.push(kept);
    },
    take: () => {
      const taken = { bytes: join(chunks), dropped };
      chunks = [];
      size = 0;
      dropped = 0;
      return taken;
    },
  };
}

function join(chunks: readonly Uint8Array[]): Uint8Array {
  const [only, ...more] = chunks;
  return only && more.length === 0 ? only : Uint8Array.from(Buffer.concat(chunks));
}

/** The length of `bytes` without a character cut in two at its end. */
export function wholeCharacters(bytes: Uint8Array): number {
  for (let back = 1; back <= Math.min(4, bytes.length); back++) {
    const byte = bytes[bytes.length - back] ?? 0;
    if ((byte & 0xc0) === 0x80) continue;
    const needs = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 1;
    return needs > back ? bytes.length - back : bytes.length;
  }
  return bytes.length;
}
