import type { Fetch } from '../protocol/fetch.ts';
import { abortable } from './abortable.ts';
import type { ApiRequest, ApiResponse, Handle } from './exchange.ts';

/** Waits until a response is due. */
export type Hold = (response: ApiResponse) => Promise<void>;

/**
 * Lets clients reach a handler as they reach the global `fetch`: aborts reject, or break the stream off. Without `hold`,
 * responses are due at once.
 */
export function asFetch(handle: Handle, hold?: Hold): Fetch {
  return async (input, init) => {
    const { request, signal } = readPlain(input, init) ?? readRequest(new Request(input, init));
    const answer = async (): Promise<ApiResponse> => {
      const response = await handle(request);
      if (signal?.aborted) response.lost?.();
      if (hold) await holdWatched(response, signal, hold);
      return response;
    };
    const response = await (signal ? abortable(answer, signal) : answer());
    return toResponse(response, request.method, signal);
  };
}

/** Holds a response back; an abort meanwhile loses it. */
async function holdWatched(
  response: ApiResponse,
  signal: AbortSignal | undefined,
  hold: Hold,
): Promise<void> {
  const lost = (): void => response.lost?.();
  signal?.addEventListener('abort', lost);
  await hold(response);
  signal?.removeEventListener('abort', lost);
}

interface FetchRequest {
  readonly request: ApiRequest;
  readonly signal: AbortSignal | undefined;
}

/**
 * What clients usually pass: a URL and a text to send.
 *
 * @note A `Request` would do for these too, but making one and reading it costs more than answering it.
 */
function readPlain(
  input: string | URL | Request,
  { method = 'GET', headers, body, signal }: RequestInit = {},
): FetchRequest | undefined {
  if (typeof input !== 'string' && !(input instanceof URL)) return undefined;
  if (typeof body !== 'string' && body !== undefined && body !== null) return undefined;
  const all = headers instanceof Headers ? headers : new Headers(headers);
  const request: ApiRequest = {
    method: method.toUpperCase(),
    target: targetOf(input),
    header: (name) => all.get(name) ?? undefined,
    text: async () => body ?? '',
    bytes: async () => new TextEncoder().encode(body ?? ''),
  };
  return { request, signal: signal ?? undefined };
}

function readRequest(from: Request): FetchRequest {
  const { method, url, headers, signal } = from;
  const request: ApiRequest = {
    method,
    target: targetOf(url),
    header: (name) => headers.get(name) ?? undefined,
    text: () => from.text(),
    bytes: async () => new Uint8Array(await from.arrayBuffer()),
  };
  return { request, signal };
}

function targetOf(url: string | URL): string {
  const { pathname, search } = new URL(url);
  return pathname + search;
}

function toResponse(
  { status, headers, body, breaks, lost, pace }: ApiResponse,
  method: string,
  signal: AbortSignal | undefined,
): Response {
  // The words and causes of Node's own `fetch`.
  if (breaks === 'before') throw connectionError('fetch failed');
  if (method === 'HEAD') return new Response(null, { status, headers });
  if (typeof body === 'string') return new Response(body, { status, headers });
  return new Response(toStream(body, { signal, breaks, lost, pace }), { status, headers });
}

function toStream(
  chunks: readonly (string | Uint8Array)[],
  {
    signal,
    breaks,
    lost,
    pace,
  }: { readonly signal: AbortSignal | undefined } & Pick<ApiResponse, 'breaks' | 'lost' | 'pace'>,
): ReadableStream {
  const encoder = new TextEncoder();
  let next = 0;
  return new ReadableStream<Uint8Array>({
    start(controller) {
      signal?.addEventListener('abort', () => {
        if (next > chunks.length) return;
        lost?.();
        controller.error(signal.reason);
      });
    },
    async pull(controller) {
      if (pace) await pace(next);
      if (signal?.aborted) return;
      const chunk = chunks[next++];
      if (chunk === undefined && breaks) controller.error(connectionError('terminated'));
      else if (chunk === undefined) controller.close();
      else controller.enqueue(typeof chunk === 'string' ? encoder.encode(chunk) : chunk);
    },
    cancel: () => lost?.(),
  });
}

function connectionError(message: string): TypeError {
  const cause = Object.assign(new Error('other side closed'), { code: 'UND_ERR_SOCKET' });
  return new TypeError(message, { cause });
}
