import { isJsonObject } from '../../protocol/wire-message.ts';
import { readEventStreams } from './event-stream.ts';
import type { Headers, RecordedRequest, RecordedResponse } from '../exchange.ts';
import { broken } from './recording.ts';
import { unpackText } from './unpack.ts';

/** The part of a recorded request or response that its body makes. */
type RequestBody = Pick<RecordedRequest, 'body' | 'text'>;
type ResponseBody = Pick<RecordedResponse, 'body' | 'text' | 'stream'>;

/** Headers as formats keep them: an object of values or lists of values, or a list of names with values. */
export function readHeaders(recorded: unknown): Headers {
  const pairs: [string, unknown][] = Array.isArray(recorded)
    ? recorded.filter(isJsonObject).map(({ name, value }) => [String(name), value])
    : Object.entries(isJsonObject(recorded) ? recorded : {});
  const headers = new Map<string, string>();
  for (const [name, value] of pairs) {
    const key = name.toLowerCase();
    const values = (Array.isArray(value) ? value : [value]).map(String);
    const before = headers.get(key);
    headers.set(key, [...(before === undefined ? [] : [before]), ...values].join(', '));
  }
  return Object.fromEntries(headers);
}

/**
 * The text of a body kept as text, in pieces, as bytes, as base64 or as a file of Python's in an object; packed bytes are
 * unpacked.
 */
export function readText(recorded: unknown, headers: Headers): string {
  if (recorded === undefined || recorded === null) return '';
  if (typeof recorded === 'string') return recorded;
  const packing = headers['content-encoding']?.toLowerCase() ?? '';
  if (recorded instanceof Uint8Array) return unpackText(recorded, packing);
  if (isPieces(recorded)) return recorded.join('');
  if (!isJsonObject(recorded)) throw broken(`a body is neither text nor bytes: ${typeof recorded}`);
  const { string, base64_string: base64, encoding, state } = recorded;
  // `io.BytesIO` as PyYAML writes it: its bytes, the position, its attributes.
  if (Array.isArray(state)) return readText(state[0], headers);
  const inBase64 = encoding === 'base64' ? string : base64;
  if (typeof inBase64 !== 'string') return readText(string, headers);
  return unpackText(Buffer.from(inBase64, 'base64'), packing);
}

/** A body in pieces, as they came. */
export function isPieces(recorded: unknown): recorded is string[] {
  return (
    Array.isArray(recorded) &&
    recorded.length > 0 &&
    recorded.every((piece) => typeof piece === 'string')
  );
}

/** A request's body: JSON where it is JSON. */
export function requestBody(text: string): RequestBody {
  if (text === '') return {};
  const body = parseJson(text);
  return body === undefined ? { text } : { body };
}

/** A response's body: a stream of the Messages API, JSON or plain text. Throws when it says it is JSON and is not. */
export function responseBody(text: string, headers: Headers): ResponseBody {
  if (text === '') return {};
  const type = headers['content-type'] ?? '';
  const [stream, second] = readEventStreams(text) ?? [];
  if (second) throw broken('one response has two message_start events');
  if (stream) return { stream };
  const body = parseJson(text);
  if (body !== undefined) return { body };
  if (type.startsWith('application/json')) {
    throw broken(`a response of type application/json is no JSON: ${text.slice(0, 80)}`);
  }
  return { text };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
