import { wholeMessageIn, wireBytes } from '../cassette/body.ts';
import type { Chunk, Ended, Exchange, RecordedResponse } from '../cassette/exchange.ts';
import { createNumberSource } from '../protocol/seeded-numbers.ts';
import { encodeEvent, messageToEvents } from '../protocol/stream.ts';
import type { Amount } from '../protocol/stream-policy.ts';

/** How a recorded response is given. */
export interface ResponsePolicy {
  /** `none`: all at once, without a timer. `recorded`: each piece when it came; a number: so many times as fast. Default: `none`. */
  readonly pace?: 'none' | 'recorded' | number | undefined;
  /** Bytes in a piece, also in the middle of a character. Default: the pieces that were recorded. */
  readonly chunkBytes?: Amount | undefined;
}

/** Taken at import: a test that fakes timers does not stop a replay at the recorded pace. */
const { setTimeout, clearTimeout } = globalThis;
/** How many milliseconds longer than the recorded client one may take to go away. */
const GRACE = 1000;

/** What came of an exchange, for `fetch` to give: a response, or the failure of one. `lost` is called when its client goes. */
export async function recordedResponse(
  { response, ended }: Exchange,
  {
    asStream,
    signal,
    policy,
    lost,
  }: {
    readonly asStream: boolean;
    readonly signal: AbortSignal | undefined;
    readonly policy: ResponsePolicy;
    readonly lost: () => void;
  },
): Promise<Response> {
  const over = new AbortController();
  const gone = () =>
    untilGone(ended, [over.signal, ...(signal ? [signal] : [])]).catch(
      (error: unknown) => (lost(), Promise.reject(error)),
    );
  if (!response) {
    if (ended?.by === 'upstream') throw broken('fetch failed', ended);
    return gone();
  }
  const { status } = response;
  const inForm = inAskedForm(response, asStream);
  const headers = { ...defaultType(inForm), ...inForm.headers, ...atOnce(status, policy) };
  const pieces = cut(inForm, policy);
  if (pieces.length === 0 && !ended) return new Response(null, { status, headers });
  let next = 0;
  let elapsed = 0;
  const body = new ReadableStream<Uint8Array>(
    {
      start(controller) {
        signal?.addEventListener('abort', () => {
          if (next > pieces.length) return;
          lost();
          controller.error(signal.reason);
        });
      },
      async pull(controller) {
        const piece = pieces[next++];
        if (piece) {
          const wait = waitFor(piece.at - elapsed, policy);
          elapsed = Math.max(elapsed, piece.at);
          if (wait) await wait;
          if (!signal?.aborted) controller.enqueue(piece.bytes);
        } else if (ended?.by === 'upstream') {
          controller.error(broken('terminated', ended));
        } else if (ended) {
          await gone();
        } else {
          controller.close();
        }
      },
      cancel() {
        over.abort();
        lost();
      },
    },
    { highWaterMark: 0 },
  );
  return new Response(body, { status, headers });
}

/**
 * The recording ends where its client went away: nobody knows what would have come. So the same is waited for, as long as
 * it took then; a client that stays longer sees its connection end.
 */
function untilGone(ended: Ended | undefined, signals: readonly AbortSignal[]): Promise<never> {
  const signal = AbortSignal.any([...signals]);
  return new Promise((_, reject) => {
    const message = 'The recording ends here: its client went away, and this one did not.';
    const timer = setTimeout(
      () => reject(broken('terminated', { by: 'client', message })),
      (ended?.at ?? 0) + GRACE,
    );
    const leave = () => {
      clearTimeout(timer);
      reject(signal.reason);
    };
    if (signal.aborted) leave();
    else signal.addEventListener('abort', leave);
  });
}

/** The error of `fetch` for a connection that fails. */
function broken(what: string, { error, message = what }: Ended): TypeError {
  const cause = Object.assign(new Error(message), error !== undefined && { code: error });
  return new TypeError(what, { cause });
}

/** A message as a stream where one is asked for, and as JSON where none is: as recorded where that is the same. */
function inAskedForm(response: RecordedResponse, asStream: boolean): RecordedResponse {
  const message = wholeMessageIn(response);
  if (!message || asStream === (response.stream !== undefined)) return response;
  const { 'content-type': _, ...headers } = response.headers;
  const { status } = response;
  if (!asStream) return { status, headers, body: message };
  const isResumed = message['stop_reason'] === 'tool_use' && message.usage['output_tokens'] === 0;
  const events = messageToEvents(message, { form: isResumed ? 'resumed' : 'sampled' });
  const raw = events.map((event) => encodeEvent(event)).join('');
  return { status, headers, stream: { raw, events } };
}

function defaultType({ stream, body }: RecordedResponse): Record<string, string> {
  if (stream) return { 'content-type': 'text/event-stream; charset=utf-8' };
  return body === undefined ? {} : { 'content-type': 'application/json' };
}

/** A client that is told to try again does so at once, unless the pace is the recorded one. */
function atOnce(status: number, { pace = 'none' }: ResponsePolicy): Record<string, string> {
  const mayRetry = status === 408 || status === 409 || status === 429 || status >= 500;
  return mayRetry && pace === 'none' ? { 'retry-after-ms': '1' } : {};
}

interface Piece {
  /** Milliseconds since the request. */
  readonly at: number;
  readonly bytes: Uint8Array;
}

function cut(response: RecordedResponse, { chunkBytes }: ResponsePolicy): Piece[] {
  const bytes = wireBytes(response);
  const { chunks } = response;
  const recorded = chunks && isAllOf(chunks, bytes) ? chunks : [[0, bytes.length] as const];
  if (chunkBytes === undefined) return slices(bytes, recorded);
  const numbers = createNumberSource('replay');
  const sizes: Chunk[] = [];
  for (let done = 0; done < bytes.length;) {
    const size =
      typeof chunkBytes === 'number' ? chunkBytes : numbers.between(chunkBytes[0], chunkBytes[1]);
    sizes.push([timeOf(done, recorded), Math.min(size, bytes.length - done)]);
    done += size;
  }
  return slices(bytes, sizes);
}

function isAllOf(chunks: readonly Chunk[], bytes: Uint8Array): boolean {
  return chunks.reduce((sum, [, size]) => sum + size, 0) === bytes.length;
}

function slices(bytes: Uint8Array, chunks: readonly Chunk[]): Piece[] {
  let done = 0;
  return chunks.flatMap(([at, size]): Piece[] => {
    const start = done;
    done += size;
    // A copy: whoever gets a piece may transfer its buffer.
    return size === 0 ? [] : [{ at, bytes: Uint8Array.from(bytes.subarray(start, done)) }];
  });
}

/** When the byte at a position came. */
function timeOf(position: number, chunks: readonly Chunk[]): number {
  let end = 0;
  return chunks.find(([, size]) => (end += size) > position)?.[0] ?? 0;
}

function waitFor(
  milliseconds: number,
  { pace = 'none' }: ResponsePolicy,
): Promise<void> | undefined {
  if (pace === 'none' || milliseconds <= 0) return undefined;
  const scaled = pace === 'recorded' ? milliseconds : milliseconds / pace;
  return new Promise((resolve) => {
    setTimeout(resolve, scaled);
  });
}
