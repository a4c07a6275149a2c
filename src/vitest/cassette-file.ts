import { readFileSync } from 'node:fs';
import { type Cassette, readCassette } from '../cassette/read-cassette.ts';

/** A cassette, or the file that holds one: a path from the working directory, or a URL. */
export type CassetteSource = Cassette | string | URL;

/** The cassette, and how messages name it. Throws what reading the file throws. */
export function openCassetteSource(source: CassetteSource): {
  readonly cassette: Cassette;
  readonly file?: string | undefined;
} {
  if (typeof source !== 'string' && !(source instanceof URL)) return { cassette: source };
  const file = typeof source === 'string' ? source : decodeURIComponent(source.pathname);
  return { cassette: readCassette(readFileSync(source, 'utf8'), { file }), file };
}
