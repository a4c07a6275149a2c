import { isJsonObject, isWireError, isWireMessage } from '../../protocol/wire-message.ts';
import { readHeaders, readText, requestBody, responseBody } from './body.ts';
import { readEventData } from './event-stream.ts';
import { readAddress, readMethod } from './request-line.ts';
import type { AnsweredExchange, RecordedRequest, RecordedResponse } from '../exchange.ts';
import { broken } from './recording.ts';

/** HTTP status of each error type of the API (documented). */
const STATUS_BY_TYPE: Record<string, number> = {
  invalid_request_error: 400,
  authentication_error: 401,
  billing_error: 402,
  permission_error: 403,
  not_found_error: 404,
  conflict_error: 409,
  request_too_large: 413,
  rate_limit_error: 429,
  api_error: 500,
  timeout_error: 504,
  overloaded_error: 529,
};

/**
 * The requests with their responses a JSON value holds: a list of them, one of them, or an object with one such list.
 * Undefined when it holds none.
 */
export function readExchanges(value: unknown): AnsweredExchange[] | undefined {
  if (isExchange(value)) return [readExchange(value, 0)];
  const list = Array.isArray(value) ? value : onlyList(value);
  if (!list || list.length === 0 || !list.every(isExchange)) return undefined;
  return list.map(readExchange);
}

/** The response bodies a JSON value holds: one, a list of them, or a list of stream events. Undefined when it is none. */
export function readBodies(value: unknown): AnsweredExchange[] | undefined {
  if (isBody(value)) return [{ response: bareResponse(value) }];
  if (!Array.isArray(value) || value.length === 0) return undefined;
  if (value.every(isBody)) return value.map((body) => ({ response: bareResponse(body) }));
  const streams = readEventData(value);
  return streams?.map((stream) => ({ response: { status: 200, headers: {}, stream } }));
}

type PairOfJson = Record<string, unknown> & { response: unknown };

function isExchange(value: unknown): value is PairOfJson {
  if (!isJsonObject(value) || !('response' in value)) return false;
  const { request, response } = value;
  if (isJsonObject(request)) return true;
  // Without a request anything may be called a response: it must look like one.
  const missing = request === undefined || request === null;
  return missing && (isBody(response) || statusOf(response) !== undefined);
}

function isBody(value: unknown): boolean {
  return isWireMessage(value) || isWireError(value);
}

function onlyList(value: unknown): unknown[] | undefined {
  const lists = Object.values(isJsonObject(value) ? value : {}).filter((field) =>
    Array.isArray(field),
  );
  return lists.length === 1 ? lists[0] : undefined;
}

function readExchange({ request, response }: PairOfJson, i: number): AnsweredExchange {
  const answered = { response: readResponse(response, i) };
  return isJsonObject(request) ? { request: readRequest(request), ...answered } : answered;
}

function readRequest(request: Record<string, unknown>): RecordedRequest {
  // Where only the body was kept it stands in the request's place.
  if ('model' in request && 'messages' in request) {
    return { method: 'POST', path: '/v1/messages', headers: {}, body: request };
  }
  const headers = readHeaders(request['headers']);
  const { method, url, uri, path, body, json } = request;
  return {
    method: readMethod(method),
    ...readAddress(url ?? uri ?? path ?? '/v1/messages'),
    headers,
    ...readBody(body ?? json, headers, requestBody),
  };
}

function readResponse(response: unknown, i: number): RecordedResponse {
  if (isBody(response)) return bareResponse(response);
  const streams = Array.isArray(response) ? readEventData(response) : undefined;
  if (streams?.[0]) return { status: 200, headers: {}, stream: streams[0] };
  if (!isJsonObject(response)) throw broken(`the response of exchange ${i + 1} is no object`);
  const headers = readHeaders(response['headers']);
  const { body, json, text } = response;
  const code = statusOf(response);
  const recorded = body ?? json ?? text;
  if (code === undefined && !isBody(recorded)) {
    throw broken(`the response of exchange ${i + 1} has no status`);
  }
  const stream = Array.isArray(recorded) ? readEventData(recorded)?.[0] : undefined;
  return {
    status: code ?? bareResponse(recorded).status,
    headers,
    ...(stream ? { stream } : readBody(recorded, headers, responseBody)),
  };
}

/** A body kept as text is read as such; anything else is the JSON it held. */
function readBody<T>(
  recorded: unknown,
  headers: Readonly<Record<string, string>>,
  read: (text: string, headers: Readonly<Record<string, string>>) => T,
): T | { body: unknown } {
  const isText = typeof recorded === 'string' || recorded === undefined || recorded === null;
  return isText ? read(readText(recorded, headers), headers) : { body: recorded };
}

function bareResponse(body: unknown): RecordedResponse {
  const status = isWireError(body) ? (STATUS_BY_TYPE[String(body.error['type'])] ?? 400) : 200;
  return { status, headers: {}, body };
}

function statusOf(response: unknown): number | undefined {
  if (!isJsonObject(response)) return undefined;
  const { status, status_code, statusCode } = response;
  const code = (isJsonObject(status) ? status['code'] : status) ?? status_code ?? statusCode;
  return typeof code === 'number' ? code : undefined;
}
