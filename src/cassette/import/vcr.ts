import { isJsonObject } from '../../protocol/wire-message.ts';
import { readHeaders, readText, requestBody, responseBody } from './body.ts';
import type { AnsweredExchange, RecordedRequest, RecordedResponse } from '../exchange.ts';
import { broken } from './recording.ts';
import { readAddress, readMethod, readStatus } from './request-line.ts';

/** Whether a document is a cassette of VCR: Python's, Ruby's or Go's. */
export function isVcr(document: unknown): boolean {
  return interactionsOf(document) !== undefined;
}

/** Reads a cassette of VCR. A body stands under `parsed_body` (pydantic-ai's serialiser) or is text or bytes. */
export function readVcr(document: unknown): AnsweredExchange[] {
  return (interactionsOf(document) ?? []).map((interaction, i) => {
    const { request, response } = isJsonObject(interaction) ? interaction : {};
    if (!isJsonObject(request)) throw broken(`interaction ${i + 1} has no request`);
    if (!isJsonObject(response)) throw broken(`interaction ${i + 1} has no response`);
    return { request: readRequest(request), response: readResponse(response, i) };
  });
}

/** Other files have something called interactions too: those of a cassette have requests or responses. */
function interactionsOf(document: unknown): unknown[] | undefined {
  if (!isJsonObject(document)) return undefined;
  const list = document['interactions'] ?? document['http_interactions'];
  if (!Array.isArray(list)) return undefined;
  return list.some(hasExchange) ? list : undefined;
}

function hasExchange(interaction: unknown): boolean {
  return isJsonObject(interaction) && ('request' in interaction || 'response' in interaction);
}

function readRequest(request: Record<string, unknown>): RecordedRequest {
  const headers = readHeaders(request['headers']);
  const { method, uri, url, parsed_body: body } = request;
  return {
    method: readMethod(method),
    ...readAddress(uri ?? url),
    headers,
    ...(body === undefined ? requestBody(readText(request['body'], headers)) : { body }),
  };
}

function readResponse(response: Record<string, unknown>, i: number): RecordedResponse {
  const headers = readHeaders(response['headers']);
  const { code, status, status_code, parsed_body: parsed, body, content } = response;
  const number = readStatus(code, status, status_code);
  if (number === undefined) throw broken(`the response of interaction ${i + 1} has no status`);
  const recorded =
    parsed === undefined
      ? responseBody(readText(body ?? content, headers), headers)
      : { body: parsed };
  return { status: number, headers, ...recorded };
}
