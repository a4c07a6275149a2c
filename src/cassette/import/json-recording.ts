import { isJsonObject, isWireError, isWireMessage } from '../../protocol/wire-message.ts';
import { isPieces, readHeaders, readText, requestBody, responseBody } from './body.ts';
import { readEventData } from './event-stream.ts';
import { readAddress, readMethod, readStatus } from './request-line.ts';
import type { AnsweredExchange, Headers, RecordedRequest, RecordedResponse } from '../exchange.ts';
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

/** A request with its response, by the names that formats give them. */
interface Pair {
  readonly request: unknown;
  readonly response: unknown;
  /** What is kept beside them. */
  readonly beside: Record<string, unknown>;
}

const REQUEST = ['request', 'req', 'input', 'requestBody', 'request_body'];
const RESPONSE = ['response', 'res', 'output', 'responseBody', 'response_body'];

function pairIn(value: unknown): Pair | undefined {
  if (!isJsonObject(value)) return undefined;
  const name = RESPONSE.find((each) => each in value);
  if (name === undefined) return undefined;
  const request = REQUEST.map((each) => value[each]).find((each) => each !== undefined);
  return { request, response: value[name], beside: value };
}

function isExchange(value: unknown): boolean {
  const pair = pairIn(value);
  if (!pair) return false;
  const { request, response } = pair;
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

function readExchange(value: unknown, i: number): AnsweredExchange {
  const { request, response, beside } = pairIn(value)!;
  const answered = { response: readResponse(response, i, statusOf(beside)) };
  return isJsonObject(request) ? { request: readRequest(request), ...answered } : answered;
}

function readRequest(request: Record<string, unknown>): RecordedRequest {
  // Where only the body was kept it stands in the request's place.
  if ('model' in request && 'messages' in request) {
    return { method: 'POST', path: '/v1/messages', headers: {}, body: request };
  }
  const headers = readHeaders(request['headers']);
  const { method, url, uri, path, urlPath, body, json } = request;
  return {
    method: readMethod(method),
    ...readAddress(url ?? uri ?? path ?? urlPath ?? '/v1/messages'),
    headers,
    ...readBody(body ?? json ?? wantedBody(request), headers, requestBody),
  };
}

/** The body a stub of WireMock waits for. */
function wantedBody({ bodyPatterns: patterns }: Record<string, unknown>): unknown {
  const [pattern] = Array.isArray(patterns) ? patterns : [];
  return isJsonObject(pattern) ? pattern['equalToJson'] : undefined;
}

function readResponse(response: unknown, i: number, beside: number | undefined): RecordedResponse {
  if (isBody(response)) return bareResponse(response, beside);
  const streams = Array.isArray(response) ? readEventData(response) : undefined;
  if (streams?.[0]) return { status: 200, headers: {}, stream: streams[0] };
  if (!isJsonObject(response)) throw broken(`the response of exchange ${i + 1} is no object`);
  const headers = readHeaders(response['headers']);
  const { body, json, jsonBody, text } = response;
  const code = statusOf(response) ?? beside;
  const recorded = body ?? json ?? jsonBody ?? text;
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

/** A body kept as text, or in pieces of it, is read as such; anything else is the JSON it held. */
function readBody<T>(
  recorded: unknown,
  headers: Headers,
  read: (text: string, headers: Headers) => T,
): T | { body: unknown } {
  const isText = typeof recorded === 'string' || recorded === undefined || recorded === null;
  const reads = isText || isPieces(recorded);
  return reads ? read(readText(recorded, headers), headers) : { body: recorded };
}

function bareResponse(body: unknown, code?: number): RecordedResponse {
  const status = isWireError(body) ? (STATUS_BY_TYPE[String(body.error['type'])] ?? 400) : 200;
  return { status: code ?? status, headers: {}, body };
}

function statusOf(response: unknown): number | undefined {
  if (!isJsonObject(response)) return undefined;
  const { status, status_code, statusCode } = response;
  return readStatus(status, status_code, statusCode);
}
