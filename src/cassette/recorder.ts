import type { Fetch } from '../protocol/fetch.ts';
import { readResponseBody } from './body.ts';
import type { Chunk, Ended, Exchange, RecordedRequest } from './exchange.ts';
import { describeRequest, duplicateRequest } from './describe-request.ts';
import { type RecordingClock, realTime } from './real-time.ts';
import { recordedHeaders } from './recorded-headers.ts';
import { openCassette, type CassetteWriter, type OpenCassetteOptions } from './write-cassette.ts';

export interface RecorderOptions extends OpenCassetteOptions {
  /** What the requests go to. Default: the global `fetch` at the time of each request. */
  readonly fetch?: Fetch | undefined;
  /** Default: the real time, also where a test fakes it. */
  readonly clock?: RecordingClock | undefined;
}

/** Records what it lets through. */
export interface Recorder {
  /**
   * `fetch` that records. Requests and responses pass as they are, streams live and at the pace of their reader. An exchange
   * is on disk when its client sees the end of it; a client that goes away and an upstream that fails are recorded too.
   */
  readonly fetch: Fetch;
  /** The same around another `fetch` than the recorder's own. */
  around(fetch: Fetch): Fetch;
  /** Ends the recording. A response that nobody has read to its end counts as one whose client went away. */
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** Records into a cassette, which is made or added to. */
export function createRecorder(file: string, options: RecorderOptions = {}): Recorder {
  return createRecorderTo(openCassette(file, options), options);
}

/** Records to anything that takes exchanges. */
export function createRecorderTo(
  cassette: CassetteWriter,
  { fetch: own, clock = realTime }: Pick<RecorderOptions, 'fetch' | 'clock'> = {},
): Recorder {
  const open = new Set<Take>();

  function around(fetch: Fetch): Fetch {
    return async (input, init) => {
      const { copy, pass, signal } = duplicateRequest(input, init);
      const take = createTake({ request: describeRequest(copy), clock, cassette, open });
      try {
        const response = await fetch(...pass);
        if (!response.body) {
          await take.end(response);
          return response;
        }
        return withBody(response, take.pass(response, response.body, signal));
      } catch (error) {
        await take.end(undefined, endOf(error, signal));
        throw error;
      }
    };
  }

  async function close(): Promise<void> {
    await Promise.all([...open].map((take) => take.abandon()));
    cassette.close();
  }

  return {
    fetch: around((input, init) => (own ?? globalThis.fetch)(input, init)),
    around,
    close,
    [Symbol.asyncDispose]: close,
  };
}

/** An exchange under way. */
interface Take {
  /** Lets a body through, and writes the exchange down when that has ended. */
  pass(
    response: Response,
    body: ReadableStream<Uint8Array>,
    signal: AbortSignal | undefined,
  ): ReadableStream<Uint8Array>;
  /** Writes the exchange down. Only the first end counts. */
  end(response: Response | undefined, ended?: Ended): Promise<void>;
  abandon(): Promise<void>;
}

function createTake({
  request,
  clock,
  cassette,
  open,
}: {
  readonly request: Promise<RecordedRequest>;
  readonly clock: RecordingClock;
  readonly cassette: CassetteWriter;
  readonly open: Set<Take>;
}): Take {
  const at = clock.date();
  const start = clock.now();
  const pieces: Uint8Array[] = [];
  const chunks: Chunk[] = [];
  const sinceStart = () => Math.round(clock.now() - start);
  let answered: Response | undefined;
  let isOver = false;

  const take: Take = {
    pass(response, body, signal) {
      answered = response;
      const reader = body.getReader();
      return new ReadableStream<Uint8Array>(
        {
          async pull(controller) {
            const read = await reader.read().catch(async (error: unknown) => {
              await take.end(response, endOf(error, signal));
              throw error;
            });
            if (read.done) {
              // First to disk: whoever has seen the end can rely on it.
              await take.end(response);
              controller.close();
              return;
            }
            pieces.push(Uint8Array.from(read.value));
            chunks.push([sinceStart(), read.value.length]);
            controller.enqueue(read.value);
          },
          async cancel(reason) {
            await take.end(response, { by: 'client' });
            await reader.cancel(reason);
          },
        },
        { highWaterMark: 0 },
      );
    },
    async end(response, ended) {
      if (isOver) return;
      isOver = true;
      open.delete(take);
      const exchange: Exchange = {
        request: await request,
        ...(response && {
          response: {
            status: response.status,
            headers: recordedHeaders(response.headers),
            ...readResponseBody(Buffer.concat(pieces)),
            ...(chunks.length > 0 && { chunks }),
          },
        }),
        ...(ended && { ended: ended.by === 'client' ? { ...ended, at: sinceStart() } : ended }),
        at,
      };
      cassette.append(exchange);
    },
    abandon: () => take.end(answered, { by: 'client' }),
  };
  open.add(take);
  return take;
}

/** The response with another body. What a constructor cannot set stays as it is. */
function withBody(response: Response, body: ReadableStream<Uint8Array>): Response {
  const { status, statusText, headers, url, redirected } = response;
  const made = new Response(body, { status, statusText, headers });
  return Object.defineProperties(made, { url: { value: url }, redirected: { value: redirected } });
}

/** Who ended an exchange that failed, and how. */
function endOf(error: unknown, signal: AbortSignal | undefined): Ended {
  if (signal?.aborted) return { by: 'client' };
  const { cause } = error instanceof Error ? error : {};
  const reason = cause instanceof Error ? cause : error;
  if (!(reason instanceof Error)) return { by: 'upstream', message: String(reason) };
  const { name, message } = reason;
  return { by: 'upstream', error: 'code' in reason ? String(reason.code) : name, message };
}
