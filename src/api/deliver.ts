import type { Delivery, RequestFault } from '../schedule/schedule.ts';
import type { ApiResponse } from './exchange.ts';

/** A response as it reaches the client, when something becomes of it on its way. */
export function deliver(made: ApiResponse, { response, after }: RequestFault): ApiResponse {
  if (!response) return made;
  const chunks = chunksOf(made.body);
  const whole = Math.min(after ?? Math.floor(chunks.length / 2), chunks.length - 1);
  return { ...made, ...DAMAGE[response](chunks, whole) };
}

type Damaged = Pick<ApiResponse, 'body' | 'breaks'>;

/** What is left of a response: `whole` chunks come whole. */
const DAMAGE: Record<Delivery, (chunks: readonly Uint8Array[], whole: number) => Damaged> = {
  lost: () => ({ body: [], breaks: 'before' }),
  cut: (chunks, whole) => ({ body: chunks.slice(0, whole), breaks: 'within' }),
  truncated: (chunks, whole) => ({ body: chunks.slice(0, whole) }),
  malformed: (chunks, whole) => ({
    body: [...chunks.slice(0, whole), garble(chunks[whole]!), ...chunks.slice(whole + 1)],
  }),
  dribbled: (chunks) => ({
    body: Array.from(Buffer.concat(chunks), (byte) => Uint8Array.of(byte)),
  }),
};

/** The chunks of a stream, each an event; the halves of a body that is no stream. */
function chunksOf(body: ApiResponse['body']): Uint8Array[] {
  if (typeof body !== 'string') return body.map((chunk) => Buffer.from(chunk));
  const bytes = Buffer.from(body);
  const middle = Math.ceil(bytes.length / 2);
  return [bytes.subarray(0, middle), bytes.subarray(middle)];
}

/** Breaks the JSON of an event and leaves its frame: its last brace is gone. Elsewhere in JSON a NUL may stand nowhere. */
function garble(chunk: Uint8Array): Uint8Array {
  const text = Buffer.from(chunk).toString('latin1');
  const garbled = text.replace(/\}(\s*)$/, '$1');
  return Buffer.from(garbled === text ? `${text}\0` : garbled, 'latin1');
}
