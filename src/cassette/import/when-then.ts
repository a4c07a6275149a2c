import { isJsonObject } from '../../protocol/wire-message.ts';
import { readHeaders, readText, requestBody, responseBody } from './body.ts';
import type { AnsweredExchange } from '../exchange.ts';
import { broken } from './recording.ts';
import { readAddress, readMethod } from './request-line.ts';

/** Whether YAML documents are a recording of httpmock, one exchange a document. */
export function isWhenThen(documents: readonly unknown[]): boolean {
  return documents.some(
    (document) => isJsonObject(document) && 'when' in document && 'then' in document,
  );
}

/** Reads a recording of httpmock. Bodies are text, or base64 under `body_base64`. */
export function readWhenThen(documents: readonly unknown[]): AnsweredExchange[] {
  // A file may end with `---`.
  const filled = documents.filter((document) => document !== null);
  return filled.map((document, i) => {
    const { when, then } = isJsonObject(document) ? document : {};
    if (!isJsonObject(when) || !isJsonObject(then))
      throw broken(`document ${i + 1} has no when or no then`);
    const { status } = then;
    if (typeof status !== 'number') throw broken(`document ${i + 1} has no status`);
    const headers = readHeaders(when['header'] ?? when['headers']);
    const responseHeaders = readHeaders(then['header'] ?? then['headers']);
    return {
      request: {
        method: readMethod(when['method']),
        path: readAddress(when['path']).path + queryOf(when['query_param']),
        headers,
        ...requestBody(bodyOf(when, headers)),
      },
      response: {
        status,
        headers: responseHeaders,
        ...responseBody(bodyOf(then, responseHeaders), responseHeaders),
      },
    };
  });
}

function bodyOf(side: Record<string, unknown>, headers: Readonly<Record<string, string>>): string {
  const { body, body_base64: base64_string } = side;
  return readText(base64_string === undefined ? body : { base64_string }, headers);
}

function queryOf(parameters: unknown): string {
  if (!Array.isArray(parameters) || parameters.length === 0) return '';
  const pairs = parameters
    .filter(isJsonObject)
    .map(({ name, value }): [string, string] => [String(name), String(value)]);
  return `?${new URLSearchParams(pairs).toString()}`;
}
