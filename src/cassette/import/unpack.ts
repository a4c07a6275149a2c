import * as zlib from 'node:zlib';
import { broken } from './recording.ts';

type Unpack = (bytes: Uint8Array) => Uint8Array;

/** Since Node 22.15. */
const unzstd: Unpack | undefined = Reflect.get(zlib, 'zstdDecompressSync');

/** Ways of packing that the first bytes tell of, whatever a header says: recorders keep either without the other. */
const BY_BYTES: readonly (readonly [
  name: string,
  start: readonly number[],
  unpack: Unpack | undefined,
])[] = [
  ['gzip', [0x1f, 0x8b], zlib.gunzipSync],
  ['zstd', [0x28, 0xb5, 0x2f, 0xfd], unzstd],
];

const BY_NAME: Readonly<Record<string, Unpack>> = {
  deflate: inflate,
  br: zlib.brotliDecompressSync,
};

/** The text of a body's bytes, unpacked. `encoding`: what the header says of them. */
export function unpackText(bytes: Uint8Array, encoding: string): string {
  const packed = BY_BYTES.find(([, start]) => start.every((byte, i) => bytes[i] === byte));
  const [name, unpack] = packed ? [packed[0], packed[2]] : [encoding, BY_NAME[encoding]];
  if (packed && !unpack) {
    throw broken(`a body is packed as ${name}, which takes Node 22.15 or newer to unpack`);
  }
  if (!unpack || isPlain(bytes)) return decode(bytes);
  try {
    return decode(unpack(bytes));
  } catch (cause) {
    const text = decode(bytes);
    if (!/[\0\uFFFD]/.test(text)) return text;
    throw broken(`a body cannot be unpacked as ${name}`, cause);
  }
}

/** With and without the header of zlib: servers have always sent either. */
function inflate(bytes: Uint8Array): Uint8Array {
  try {
    return zlib.inflateSync(bytes);
  } catch {
    return zlib.inflateRawSync(bytes);
  }
}

/** JSON or events. Recorders that unpack a body often leave its header in place. */
function isPlain(bytes: Uint8Array): boolean {
  return /^\s*(?:[{[]|event:|data:)/.test(decode(bytes.subarray(0, 16)));
}

function decode(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}
