import type { ApiError } from '../protocol/errors.ts';
import type { Reply } from '../machine/response-draft.ts';
import { encodeEvent, messageToEvents } from '../protocol/stream.ts';

/** Headers of a response, by their names in lower case. */
export type ResponseHeaders = Readonly<Record<string, string>>;

/** Anything that is JSON as a response. */
export function jsonResponse(body: unknown, headers: ResponseHeaders): Response {
  return json(body, 200, headers);
}

/** A message as a stream of server-sent events, one chunk an event. */
export function streamResponse(
  { message, form }: Reply,
  headers: ResponseHeaders,
  { signal, onLost }: { readonly signal: AbortSignal; readonly onLost: () => void },
): Response {
  const encoder = new TextEncoder();
  const events = messageToEvents(message, { form });
  let next = 0;
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      signal.addEventListener('abort', () => {
        if (next > events.length) return;
        onLost();
        controller.error(signal.reason);
      });
    },
    pull(controller) {
      const event = events[next++];
      if (event) controller.enqueue(encoder.encode(encodeEvent(event)));
      else controller.close();
    },
    cancel: onLost,
  });
  return new Response(body, {
    headers: {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-cache',
      ...headers,
    },
  });
}

/** An error is plain JSON even when a stream was asked for: nothing of it had begun. */
export function errorResponse(
  requestId: string,
  error: ApiError,
  headers: ResponseHeaders,
  status: number = error.status,
): Response {
  return json(error.toBody(requestId), status, { ...headers, 'x-should-retry': 'false' });
}

function json(body: unknown, status: number, headers: ResponseHeaders): Response {
  return new Response(JSON.stringify(body), {
    status,
    headers: { 'content-type': 'application/json', ...headers },
  });
}
