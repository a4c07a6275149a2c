import type { ApiError } from '../protocol/errors.ts';
import type { Message } from '../protocol/message.ts';
import type { Reply } from '../machine/response-draft.ts';
import { encodeEvent, messageToEvents } from '../protocol/stream.ts';

/** A message as a JSON response. */
export function jsonResponse(requestId: string, message: Message): Response {
  return Response.json(message, { headers: { 'request-id': requestId } });
}

/** A message as a stream of server-sent events, one chunk an event. */
export function streamResponse(
  requestId: string,
  { message, form }: Reply,
  { onCancel }: { readonly onCancel: () => void },
): Response {
  const encoder = new TextEncoder();
  const chunks = messageToEvents(message, { form }).map((event) =>
    encoder.encode(encodeEvent(event)),
  );
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      const chunk = chunks.shift();
      if (chunk) controller.enqueue(chunk);
      else controller.close();
    },
    cancel: onCancel,
  });
  return new Response(body, {
    headers: {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-cache',
      'request-id': requestId,
    },
  });
}

/** An error is plain JSON even when a stream was asked for: nothing of it had begun. */
export function errorResponse(requestId: string, error: ApiError): Response {
  return Response.json(error.toBody(requestId), {
    status: error.status,
    headers: { 'request-id': requestId, 'x-should-retry': 'false' },
  });
}
