import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { brotliCompress, brotliDecompress, constants } from 'node:zlib';
import { sealed, unsealed } from './snapshot-cache.ts';

/** Published packages hold the snapshot beside this module, at a fifth of its size: unpacking takes a tenth of building. */
const FOLDER = new URL('./', import.meta.url);
const SUFFIX = '.snapshot.br';

/** The snapshot of this key that came with the package. Undefined when none did, or when it is damaged. */
export async function readShippedSnapshot(
  key: string,
  folder = FOLDER,
): Promise<Uint8Array | undefined> {
  let packed: Uint8Array;
  try {
    packed = await readFile(fileOf(key, folder));
  } catch {
    return undefined;
  }
  const bytes = await promisify(brotliDecompress)(packed).catch(() => undefined);
  return bytes && unsealed(bytes);
}

/** Puts a snapshot where the package ships it, in the place of any other. Returns its size there, in bytes. */
export async function shipSnapshot(
  key: string,
  snapshot: Uint8Array,
  folder = FOLDER,
): Promise<number> {
  for (const name of await readdir(folder)) {
    if (name.endsWith(SUFFIX)) await rm(new URL(name, folder));
  }
  const bytes = sealed(snapshot);
  const packed = await promisify(brotliCompress)(bytes, {
    params: {
      [constants.BROTLI_PARAM_QUALITY]: 9,
      [constants.BROTLI_PARAM_LGWIN]: 24,
      [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
    },
  });
  await writeFile(fileOf(key, folder), packed);
  return packed.length;
}

function fileOf(key: string, folder: URL): URL {
  return new URL(`${key}${SUFFIX}`, folder);
}
