import { isJsonObject } from '../../protocol/wire-message.ts';
import type { AnsweredExchange, Headers } from '../exchange.ts';
import { isPieces, readHeaders, readText, requestBody, responseBody } from './body.ts';
import { broken } from './recording.ts';
import { readAddress, readMethod, readStatus } from './request-line.ts';

/** Whether a JSON value is what `nock.recorder` or nock's back mode keeps. */
export function isNock(json: unknown): json is Record<string, unknown>[] {
  return (
    Array.isArray(json) &&
    json.length > 0 &&
    json.every((each) => isJsonObject(each) && 'scope' in each && 'path' in each)
  );
}

/** Reads a recording of nock. Bodies are JSON or text; packed ones are hexadecimal. */
export function readNock(definitions: readonly Record<string, unknown>[]): AnsweredExchange[] {
  return definitions.map((definition, i) => {
    const { scope, method, path, body, status, response, rawHeaders, reqheaders } = definition;
    const code = readStatus(status);
    if (code === undefined) throw broken(`definition ${i + 1} has no status`);
    const headers = headersOf(rawHeaders ?? definition['headers']);
    return {
      request: {
        method: readMethod(method),
        ...readAddress(`${String(scope).replace(/:443$/, '')}${String(path)}`),
        headers: readHeaders(reqheaders),
        ...(typeof body === 'string' ? requestBody(body) : body === undefined ? {} : { body }),
      },
      response: { status: code, headers, ...bodyOf(response, headers) },
    };
  });
}

function bodyOf(
  response: unknown,
  headers: Headers,
): Pick<AnsweredExchange['response'], 'body' | 'text' | 'stream'> {
  if (isPieces(response) && headers['content-encoding'] !== undefined) {
    return responseBody(
      readText(new Uint8Array(Buffer.from(response.join(''), 'hex')), headers),
      headers,
    );
  }
  const isText = typeof response === 'string' || response === undefined || isPieces(response);
  return isText ? responseBody(readText(response, headers), headers) : { body: response };
}

/** Names and values by turns, or an object. */
function headersOf(recorded: unknown): Headers {
  if (!isPieces(recorded)) return readHeaders(recorded);
  const pairs = recorded.flatMap((name, i) =>
    i % 2 === 0 ? [{ name, value: recorded[i + 1] }] : [],
  );
  return readHeaders(pairs);
}
