import { isJsonObject } from '../../protocol/wire-message.ts';
import type { AnsweredExchange, Headers } from '../exchange.ts';
import { readHeaders, readText, requestBody, responseBody } from './body.ts';
import { broken } from './recording.ts';
import { readAddress, readMethod } from './request-line.ts';

/** Whether a JSON value is an HTTP Archive. */
export function isHar(json: unknown): boolean {
  return entriesOf(json) !== undefined;
}

/** Reads an HTTP Archive, version 1.1 or 1.2: what browsers, proxies and Polly keep. */
export function readHar(json: unknown): AnsweredExchange[] {
  return (entriesOf(json) ?? []).map((entry, i) => {
    const { request, response, startedDateTime } = isJsonObject(entry) ? entry : {};
    if (!isJsonObject(request)) throw broken(`entry ${i + 1} has no request`);
    if (!isJsonObject(response)) throw broken(`entry ${i + 1} has no response`);
    const { status } = response;
    if (typeof status !== 'number') throw broken(`the response of entry ${i + 1} has no status`);
    const headers = readHeaders(response['headers']);
    const requestHeaders = readHeaders(request['headers']);
    const { text } = isJsonObject(request['postData']) ? request['postData'] : {};
    return {
      request: {
        method: readMethod(request['method']),
        ...readAddress(request['url']),
        headers: requestHeaders,
        ...requestBody(readText(text, {})),
      },
      response: { status, headers, ...responseBody(contentOf(response, headers), headers) },
      ...(isDate(startedDateTime) && { at: new Date(startedDateTime).toISOString() }),
    };
  });
}

function entriesOf(json: unknown): unknown[] | undefined {
  const log = isJsonObject(json) ? json['log'] : undefined;
  const entries = isJsonObject(log) ? log['entries'] : undefined;
  return Array.isArray(entries) ? entries : undefined;
}

function contentOf({ content }: Record<string, unknown>, headers: Headers): string {
  const { text, encoding } = isJsonObject(content) ? content : {};
  // Most archives are unpacked already, headers or not; what is packed can only be base64.
  return encoding === 'base64' ? readText({ base64_string: text }, headers) : readText(text, {});
}

function isDate(value: unknown): value is string {
  return typeof value === 'string' && !Number.isNaN(Date.parse(value));
}
