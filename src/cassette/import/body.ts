import { brotliDecompressSync, gunzipSync, inflateSync } from 'node:zlib';
import { isJsonObject } from '../../protocol/wire-message.ts';
import { readEventStreams } from './event-stream.ts';
import type { Headers, RecordedRequest, RecordedResponse } from '../exchange.ts';
import { broken } from './recording.ts';

/** The part of a recorded request or response that its body makes. */
type RequestBody = Pick<RecordedRequest, 'body' | 'text'>;
type ResponseBody = Pick<RecordedResponse, 'body' | 'text' | 'stream'>;

const DECODERS: Record<string, (bytes: Uint8Array) => Uint8Array> = {
  gzip: gunzipSync,
  deflate: inflateSync,
  br: brotliDecompressSync,
};

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

/** The text of a body kept as text, as bytes, or as base64 in an object; compressed bytes are unpacked. */
export function readText(recorded: unknown, headers: Headers): string {
  if (recorded === undefined || recorded === null) return '';
  if (typeof recorded === 'string') return recorded;
  if (recorded instanceof Uint8Array) return decode(recorded, headers);
  if (!isJsonObject(recorded)) throw broken(`a body is neither text nor bytes: ${typeof recorded}`);
  const { string, base64_string: base64 } = recorded;
  if (typeof base64 === 'string') return decode(Buffer.from(base64, 'base64'), headers);
  return readText(string, headers);
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

function decode(bytes: Uint8Array, headers: Headers): string {
  const encoding = headers['content-encoding']?.toLowerCase() ?? '';
  const unpack = DECODERS[encoding];
  // Recorders that unpack a body often leave its header in place.
  const isPacked = encoding !== 'gzip' || (bytes[0] === 0x1f && bytes[1] === 0x8b);
  try {
    return new TextDecoder().decode(unpack && isPacked ? unpack(bytes) : bytes);
  } catch (cause) {
    throw broken(`a body cannot be unpacked as ${encoding}`, cause);
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
