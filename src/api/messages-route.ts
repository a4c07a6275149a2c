import type { Context } from 'hono';
import type { Sessions } from '../machine/sessions.ts';
import { ApiError } from '../protocol/errors.ts';
import { MessageRequest } from '../protocol/request.ts';
import type { Transcript } from '../transcript/transcript.ts';
import type { HeaderSource } from './headers.ts';
import { readRequest } from './read-request.ts';
import type { Refuse } from './refusals.ts';
import { errorResponse, jsonResponse, streamResponse } from './responses.ts';

/** `POST /v1/messages`. */
export function createMessagesRoute({
  sessions,
  transcript,
  headers,
  refuse,
}: {
  readonly sessions: Sessions;
  readonly transcript: Transcript;
  readonly headers: HeaderSource;
  readonly refuse: Refuse;
}): (context: Context) => Promise<Response> {
  return async ({ req }) => {
    const request = await readRequest(req, MessageRequest);
    if ('error' in request) return refuse(request.error, request.body);
    const { body, apiVersion } = request;
    const response = await sessions.respond({
      body,
      apiVersion,
      key: req.param('key') ?? req.header('x-callsheet-session'),
      isRetry: Number(req.header('x-stainless-retry-count') ?? 0) > 0,
    });
    const { signal } = req.raw;
    if (signal.aborted) sessions.lost(response);
    const { requestId, result } = response;
    const common = headers.always(requestId);
    if (result instanceof ApiError) return errorResponse(requestId, result, common);
    const { message, form } = result;
    const sent =
      form === 'sampled'
        ? { ...common, ...headers.rateLimits(message.usage, sentAt(requestId, transcript)) }
        : common;
    if (!body.stream) return jsonResponse(message, sent);
    return streamResponse(result, sent, { signal, onLost: () => sessions.lost(response) });
  };
}

/** The virtual time of a response. It was recorded a moment ago, so it is among the last events. */
function sentAt(requestId: string, { events }: Transcript): number {
  const sent = events.findLast(
    (event) => event.type === 'response.sent' && event.request === requestId,
  );
  return sent?.at ?? 0;
}
