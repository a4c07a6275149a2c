import type { Message } from './message.ts';
import { createNumberSource, type NumberSource } from './seeded-numbers.ts';
import { DEFAULT_DELTA_LENGTH, encodeEvent, messageToEvents, type StreamForm } from './stream.ts';
import type { WireEvent } from './stream-events.ts';
import type { WireMessage } from './wire-message.ts';

/** A number, or a range out of which each time a number is drawn; both ends belong to it. */
export type Amount = number | readonly [min: number, max: number];

/**
 * How a response is cut into deltas, events and chunks. Plain data: with a seed it gives the same bytes on every run.
 * Whatever the policy, a stream without an error adds up to the same message.
 */
export interface StreamPolicy {
  /** Characters in a delta. Default: 16. */
  readonly deltaLength?: Amount | undefined;
  /** Bytes in a chunk, also in the middle of a character, or `event`: one chunk an event. Default: `event`. */
  readonly chunkBytes?: Amount | 'event' | undefined;
  /** At most so many blanks before the last brace of an event's data. The API sends 0 to 15. Default: 0. */
  readonly padding?: number | undefined;
  /**
   * Where pings stand. `first-block`: one after the first `content_block_start`, as recorded. `probability`: before each
   * event with this probability, and possibly as the last event. `positions`: before the events with these numbers,
   * counted from 0 without pings; a number past the end puts one behind the last event. Default: `first-block`.
   */
  readonly pings?:
    | 'first-block'
    | 'none'
    | { readonly probability: number }
    | { readonly positions: readonly number[] }
    | undefined;
  /**
   * An `error` event that ends the stream. It comes after the event numbered `after` (from 0, without pings), at the
   * latest after the last event before `message_stop`. Default: none.
   */
  readonly error?: StreamFault | undefined;
}

/** A stream that fails after HTTP 200 (documented; `overloaded_error` with the message `Overloaded` is the usual one). */
export interface StreamFault {
  readonly after: number;
  readonly type: string;
  readonly message: string;
}

/** The events of a message under a policy: its deltas, its pings, its error. */
export function streamEvents(
  message: Message | WireMessage,
  form: StreamForm,
  policy: StreamPolicy,
  seed: string,
): WireEvent[] {
  checkPolicy(policy);
  const lengths = createNumberSource(`${seed}/deltas`);
  const deltaLength = policy.deltaLength ?? DEFAULT_DELTA_LENGTH;
  const whole = messageToEvents(message, { form, deltaLength: () => draw(deltaLength, lengths) });
  const events = policy.error ? failing(whole, policy.error) : whole;
  return withPings(events, policy.pings ?? 'first-block', createNumberSource(`${seed}/pings`));
}

/** The chunks in which a message crosses the wire under a policy. */
export function streamBytes(
  message: Message | WireMessage,
  form: StreamForm,
  policy: StreamPolicy,
  seed: string,
): Uint8Array[] {
  const encoder = new TextEncoder();
  const paddings = createNumberSource(`${seed}/padding`);
  const padding: Amount = [0, policy.padding ?? 0];
  const framed = streamEvents(message, form, policy, seed).map((event) =>
    encoder.encode(encodeEvent(event, draw(padding, paddings))),
  );
  const { chunkBytes = 'event' } = policy;
  if (chunkBytes === 'event') return framed;
  return cut(Buffer.concat(framed), chunkBytes, createNumberSource(`${seed}/chunks`));
}

function failing(events: readonly WireEvent[], fault: StreamFault): WireEvent[] {
  const { after, type, message } = fault;
  const count = events.filter((event) => event.type !== 'ping').length;
  const last = Math.min(after, count - 2);
  let seen = -1;
  const before = events.filter((event) => {
    if (event.type !== 'ping') seen++;
    return seen <= last;
  });
  return [...before, { type: 'error', error: { type, message } }];
}

function withPings(
  events: readonly WireEvent[],
  pings: NonNullable<StreamPolicy['pings']>,
  numbers: NumberSource,
): WireEvent[] {
  if (pings === 'first-block') return [...events];
  const ping: WireEvent = { type: 'ping' };
  const own = events.filter((event) => event.type !== 'ping');
  if (pings === 'none') return own;
  if ('probability' in pings) {
    const before = (event: WireEvent): WireEvent[] =>
      numbers.chance(pings.probability) ? [ping, event] : [event];
    const pinged = own.flatMap(before);
    return numbers.chance(pings.probability) ? [...pinged, ping] : pinged;
  }
  const at = (position: number): WireEvent[] =>
    pings.positions.filter((asked) => Math.min(asked, own.length) === position).map(() => ping);
  return [...own.flatMap((event, position) => [...at(position), event]), ...at(own.length)];
}

function cut(bytes: Uint8Array, size: Amount, numbers: NumberSource): Uint8Array[] {
  const chunks: Uint8Array[] = [];
  for (let start = 0; start < bytes.length;) {
    const end = start + draw(size, numbers);
    // A copy: whoever gets a chunk may transfer its buffer.
    chunks.push(Uint8Array.from(bytes.subarray(start, end)));
    start = end;
  }
  return chunks;
}

function draw(amount: Amount, numbers: NumberSource): number {
  return typeof amount === 'number' ? amount : numbers.between(amount[0], amount[1]);
}

/** Refuses a policy that could not end: nothing may be cut into pieces of less than 1. */
function checkPolicy({ deltaLength, chunkBytes, padding, pings, error }: StreamPolicy): void {
  const amounts = { deltaLength, chunkBytes: chunkBytes === 'event' ? undefined : chunkBytes };
  for (const [name, amount] of Object.entries(amounts)) {
    const [min, max] = typeof amount === 'object' ? amount : [amount ?? 1, amount ?? 1];
    if (!isWhole(min, 1) || !isWhole(max, min)) {
      throw policyError(name, 'a whole number of at least 1, or a range of such numbers', amount);
    }
  }
  if (!isWhole(padding ?? 0, 0)) throw policyError('padding', 'a whole number from 0', padding);
  if (!isWhole(error?.after ?? 0, 0)) {
    throw policyError('error.after', 'a whole number from 0', error?.after);
  }
  if (typeof pings !== 'object') return;
  if ('probability' in pings) {
    const isProbability = pings.probability >= 0 && pings.probability <= 1;
    if (!isProbability) throw policyError('pings.probability', 'from 0 to 1', pings.probability);
  } else if (!pings.positions.every((position) => isWhole(position, 0))) {
    throw policyError('pings.positions', 'whole numbers from 0', pings.positions);
  }
}

function isWhole(value: number, min: number): boolean {
  return Number.isSafeInteger(value) && value >= min;
}

function policyError(name: string, expected: string, value: unknown): RangeError {
  return new RangeError(`A stream policy's ${name} is ${expected}, not ${JSON.stringify(value)}.`);
}
