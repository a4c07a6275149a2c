import { createHash } from 'node:crypto';

/** Kinds of id the API hands out, with their wire prefixes. */
const PREFIXES = {
  message: 'msg',
  toolUse: 'toolu',
  serverToolUse: 'srvtoolu',
  container: 'container',
  request: 'req',
  signature: 'sig',
} as const;
export type IdKind = keyof typeof PREFIXES;

const BASE58 = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz';
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

function base58Digest(text: string): string {
  let rest = BigInt(`0x${createHash('sha256').update(text).digest('hex')}`);
  let tail = '';
  for (let i = 0; i < TAIL_LENGTH; i++) {
    tail += BASE58[Number(rest % 58n)];
    rest /= 58n;
  }
  return tail;
}
