import type { Chunk } from '../exchange.ts';
import type { Replacement } from './redact-text.ts';

/** What was replaced in one pass over a body. */
export interface Pass {
  readonly source: string;
  readonly replacements: readonly Replacement[];
  /** How the source is made of bytes. Default: `utf8`. */
  readonly encoding?: 'utf8' | 'latin1';
}

/** The pieces in which a body would have come with its secrets replaced. A cut in a secret moves behind its placeholder. */
export function moveChunks(chunks: readonly Chunk[], passes: readonly Pass[]): Chunk[] {
  let ends: number[] = [];
  for (const [, bytes] of chunks) ends.push((ends.at(-1) ?? 0) + bytes);
  for (const pass of passes) ends = moveAll(ends, pass);
  return chunks.map(([at], i) => [at, ends[i]! - (ends[i - 1] ?? 0)]);
}

function moveAll(
  ends: readonly number[],
  { source, replacements, encoding = 'utf8' }: Pass,
): number[] {
  const moved = [...ends];
  let read = 0;
  let bytes = 0;
  let shift = 0;
  for (const { start, end, by } of replacements) {
    bytes += Buffer.byteLength(source.slice(read, start), encoding);
    const from = bytes;
    bytes += Buffer.byteLength(source.slice(start, end), encoding);
    read = end;
    const length = Buffer.byteLength(by, encoding);
    for (const [i, old] of ends.entries()) {
      if (old > from && old < bytes) moved[i] = from + shift + length;
      else if (old >= bytes) moved[i] = old + shift + length - (bytes - from);
    }
    shift += length - (bytes - from);
  }
  return moved;
}
