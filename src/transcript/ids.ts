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

/** Hands out the ids of one session: the n-th id of a kind depends on nothing but the seed and the session's key. */
export type IdSource = (kind: IdKind) => string;

/** Makes a session's id source. Ids have the API's shapes, such as `toolu_01` and 22 base58 characters. */
export function createIdSource(seed: string, session: string): IdSource {
  const counts: Partial<Record<IdKind, number>> = {};
  return (kind) => {
    const n = (counts[kind] = (counts[kind] ?? 0) + 1);
    return `${PREFIXES[kind]}_01${base58Digest(JSON.stringify([seed, session, kind, n]))}`;
  };
}

/** A digest as base58 characters, a byte each: not quite uniform, and a lot cheaper than dividing a large number. */
function base58Digest(text: string): string {
  // As a text, for a buffer of its own takes as long to make as the digest.
  const digest = hash('sha256', text, 'binary');
  for (let i = 0; i < TAIL_LENGTH; i++) tail[i] = BASE58[digest.charCodeAt(i) % BASE58.length]!;
  return tail.toString('latin1');
}

/** Written over and over. */
const tail = Buffer.alloc(TAIL_LENGTH);
