import { Buffer } from 'node:buffer';
import { hash } from 'node:crypto';

/** Kinds of id the API hands out, with their wire prefixes. */
const PREFIXES = {
  message: 'msg',
  toolUse: 'toolu',
  serverToolUse: 'srvtoolu',
  container: 'container',
  file: 'file',
  request: 'req',
  signature: 'sig',
} as const;
export type IdKind = keyof typeof PREFIXES;

const BASE58 = Buffer.from('123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz');
const TAIL_LENGTH = 22;

/**
 * Hands out the ids of one session: the n-th id of a kind depends on nothing but the seed and the session's key. Ids have the
 * API's shapes, such as `toolu_01` and 22 base58 characters.
 */
export class IdSource {
  readonly #source: string;
  readonly #counts: Partial<Record<IdKind, number>> = {};

  constructor(seed: string, session: string) {
    this.#source = JSON.stringify([seed, session]).slice(0, -1);
  }

  next(kind: IdKind): string {
    const n = (this.#counts[kind] ?? 0) + 1;
    this.#counts[kind] = n;
    return idOf(`${PREFIXES[kind]}_01`, `${this.#source},"${kind}",${n}]`);
  }
}

/**
 * An id whose tail is a digest as base58 characters, a byte each: not quite uniform, and a lot cheaper than dividing a large
 * number.
 */
function idOf(prefix: string, text: string): string {
  // As a text, for a buffer of its own takes as long to make as the digest.
  const digest = hash('sha256', text, 'binary');
  const start = written.write(prefix, 'latin1');
  for (let i = 0; i < TAIL_LENGTH; i++) {
    written[start + i] = BASE58[digest.charCodeAt(i) % BASE58.length]!;
  }
  return written.toString('latin1', 0, start + TAIL_LENGTH);
}

/** Each id is written over the last. */
const written = Buffer.alloc(64);
