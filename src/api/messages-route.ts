import type { IncomingRequest } from '../machine/exchange.ts';
import type { Answer, Sessions } from '../machine/sessions.ts';
import { ApiError } from '../protocol/errors.ts';
import { MessageRequest } from '../protocol/request.ts';
import type { StreamPolicy } from '../protocol/stream-policy.ts';
import { deliver } from './deliver.ts';
import type { ApiResponse } from './exchange.ts';
import type { HeaderSource } from './headers.ts';
import { type ReadRequest, readRequest } from './read-request.ts';
import type { Refuse } from './refusals.ts';
import { errorResponse, jsonResponse, streamResponse } from './responses.ts';
import type { Route, RoutedRequest } from './routes.ts';

/** `POST /v1/messages`. */
export function messagesRoute({
  sessions,
  ignoredRules,
  headers,
  stream,
  seed,
  refuse,
}: {
  readonly sessions: Sessions;
  /** Rules that are not enforced. */
  readonly ignoredRules: ReadonlySet<string>;
  readonly headers: HeaderSource;
  readonly stream: StreamPolicy;
  readonly seed: string;
  readonly refuse: Refuse;
}): Route {
  function toResponse({ response, exchange }: Answer, isStreamed: boolean): ApiResponse {
    const { requestId, result, at, due, fault } = response;
    const lost = (): void => {
      exchange.isLost = true;
    };
    if (result instanceof ApiError) {
      // A script that failed fails again.
      const failed = result.broken?.rule === 'fake.failed' && { 'x-should-retry': 'false' };
      const retry = fault?.error ? headers.retry(fault.retry_after) : failed;
      const sent = { ...headers.always(requestId), ...retry };
      return { ...errorResponse(requestId, result, sent), lost, due };
    }
    const { message, form } = result;
    const sent =
      form === 'sampled'
        ? headers.sampled(requestId, message.usage, at)
        : headers.always(requestId);
    const made = isStreamed
      ? streamResponse(result, sent, { policy: stream, seed: `${seed}/${message.id}` })
      : jsonResponse(message, sent);
    if (!fault?.response) return { ...made, lost, due };
    const delivered = { ...deliver(made, fault), lost, due };
    if (fault.response === 'dribbled') return { ...delivered, begins: due - (fault.takes ?? 0) };
    lost();
    return delivered;
  }

  return {
    method: 'POST',
    path: '/messages',
    // Little stands here, for what an asynchronous function has is allocated anew at each call.
    async answer(request) {
      const read = readRequest(await request.text(), request, MessageRequest, ignoredRules);
      if ('error' in read) return refuse(read.error, read.body);
      const answer = await sessions.respond(toIncoming(request, read));
      if (answer instanceof ApiError) return refuse(answer, read.body);
      return toResponse(answer, read.body.stream === true);
    },
  };
}

function toIncoming(
  request: RoutedRequest,
  { body, apiVersion }: ReadRequest<MessageRequest>,
): IncomingRequest {
  return {
    body,
    apiVersion,
    key: request.key ?? request.header('x-callsheet-session'),
    betas: request.header('anthropic-beta'),
    isRetry: Number(request.header('x-stainless-retry-count') ?? 0) > 0,
  };
}
