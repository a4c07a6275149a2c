import type { Reply } from '../machine/response-draft.ts';
import type { ApiError } from '../protocol/errors.ts';
import { encodeEvent, messageToEvents } from '../protocol/stream.ts';
import { type StreamPolicy, streamBytes } from '../protocol/stream-policy.ts';
import type { ApiResponse, ResponseHeaders } from './exchange.ts';

/** Anything that is JSON as a response. */
export function jsonResponse(body: unknown, headers: ResponseHeaders, status = 200): ApiResponse {
  return { status, headers, body: JSON.stringify(body) };
}

/** A message as a stream of server-sent events, cut as a policy says. The same seed cuts the same way. */
export function streamResponse(
  { message, form }: Reply,
  headers: ResponseHeaders,
  { policy, seed }: { readonly policy: StreamPolicy; readonly seed: string },
): ApiResponse {
  // Without a policy nothing is drawn, and a chunk is an event.
  const body =
    Object.keys(policy).length === 0
      ? messageToEvents(message, { form }).map((event) => encodeEvent(event))
      : streamBytes(message, form, policy, seed);
  return {
    status: 200,
    headers: {
      ...headers,
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-cache',
    },
    body,
  };
}

/** An error is plain JSON even when a stream was asked for: nothing of it had begun. */
export function errorResponse(
  requestId: string,
  error: ApiError,
  headers: ResponseHeaders,
  status: number = error.status,
): ApiResponse {
  return jsonResponse(error.toBody(requestId), { 'x-should-retry': 'false', ...headers }, status);
}
