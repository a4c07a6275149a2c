import type { Context } from 'hono';
import type { Sessions } from '../machine/sessions.ts';
import { ApiError } from '../protocol/errors.ts';
import { MessageRequest } from '../protocol/request.ts';
import { type ApiVersion, isApiVersion } from '../protocol/revisions/api-version.ts';
import type { Refuse } from './refusals.ts';
import { contentTypeError, invalidJson, schemaError, unknownApiVersion } from './request-errors.ts';
import { errorResponse, jsonResponse, streamResponse } from './responses.ts';

/** `POST /v1/messages`. */
export function createMessagesRoute(
  sessions: Sessions,
  refuse: Refuse,
): (context: Context) => Promise<Response> {
  return async ({ req }) => {
    const text = await req.text();
    const contentType = req.header('content-type');
    if (contentType !== undefined && !/json|text\/plain/i.test(contentType)) {
      return refuse(contentTypeError(contentType), text);
    }
    const body = parseJson(text);
    if (body === undefined) return refuse(invalidJson(), text);
    const apiVersion = versionOf(req.header('anthropic-version'));
    if (apiVersion instanceof ApiError) return refuse(apiVersion, body);
    const parsed = MessageRequest.safeParse(body);
    if (!parsed.success) return refuse(schemaError(body, parsed.error), body);

    const response = await sessions.respond({
      body: parsed.data,
      apiVersion,
      key: req.param('key') ?? req.header('x-callsheet-session'),
      isRetry: Number(req.header('x-stainless-retry-count') ?? 0) > 0,
    });
    const { signal } = req.raw;
    if (signal.aborted) sessions.lost(response);
    const { requestId, result } = response;
    if (result instanceof ApiError) return errorResponse(requestId, result);
    if (!parsed.data.stream) return jsonResponse(requestId, result.message);
    return streamResponse(requestId, result, { onCancel: () => sessions.lost(response) });
  };
}

/** Requests without the header, as raw ones are, get the older version. */
function versionOf(header: string | undefined): ApiVersion | ApiError {
  if (header === undefined) return '2023-06-01';
  return isApiVersion(header) ? header : unknownApiVersion(header);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
