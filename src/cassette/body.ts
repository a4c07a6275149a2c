import { accumulate, type Accumulated } from '../protocol/accumulate.ts';
import { readServerSentEvents } from '../protocol/sse.ts';
import { StreamError } from '../protocol/stream-error.ts';
import type { WireEvent } from '../protocol/stream-events.ts';
import { isJsonObject, isWireMessage, type WireMessage } from '../protocol/wire-message.ts';
import type { RecordedBody, RecordedResponse, RecordedStream } from './exchange.ts';

/** A request's body from its bytes. JSON is kept as its value: blanks and escapes of its text are not. */
export function readRequestBody(bytes: Uint8Array): RecordedBody {
  const text = decodeUtf8(bytes);
  if (text === undefined) return { base64: Buffer.from(bytes).toString('base64') };
  const { body, ...rest } = readBodyText(text);
  return body === undefined ? rest : { body };
}

/** A response's body from its bytes: nothing of them is lost. */
export function readResponseBody(
  bytes: Uint8Array,
): Pick<RecordedResponse, 'body' | 'text' | 'base64' | 'stream'> {
  const text = decodeUtf8(bytes);
  if (text === undefined) return { base64: Buffer.from(bytes).toString('base64') };
  const stream = readMessageStream(text);
  return stream ? { stream } : readBodyText(text);
}

/** A body that is text: JSON where it is JSON, and the text itself where JSON alone would not give it back. */
export function readBodyText(text: string): Pick<RecordedBody, 'body' | 'text'> {
  if (text === '') return {};
  const body = parseJson(text);
  if (body === undefined) return { text };
  return JSON.stringify(body) === text ? { body } : { body, text };
}

/** The text of a body as it crossed the wire; that of a binary one is empty. */
export function wireText(recorded: RecordedBody & Pick<RecordedResponse, 'stream'>): string {
  const { body, text, stream } = recorded;
  return stream?.raw ?? text ?? (body === undefined ? '' : JSON.stringify(body));
}

/** The bytes of a body as they crossed the wire. */
export function wireBytes(
  recorded: RecordedBody & Pick<RecordedResponse, 'stream'>,
): Uint8Array<ArrayBuffer> {
  const { base64 } = recorded;
  if (base64 !== undefined) return new Uint8Array(Buffer.from(base64, 'base64'));
  return new TextEncoder().encode(wireText(recorded));
}

/** The message a response holds, as far as it came; undefined when it is another thing. */
export function messageIn({ body, stream }: RecordedResponse): WireMessage | undefined {
  if (stream) return accumulated(stream)?.message;
  return isWireMessage(body) ? body : undefined;
}

/** The message a response holds, when it came to its end. */
export function wholeMessageIn(response: RecordedResponse | undefined): WireMessage | undefined {
  if (response?.status !== 200) return undefined;
  if (!response.stream) return messageIn(response);
  const added = accumulated(response.stream);
  return added?.state === 'complete' ? added.message : undefined;
}

/** The id of the message that a request continues the thread of. */
export function previousMessageId(body: unknown): string | undefined {
  const thread = isJsonObject(body) ? body['thread'] : undefined;
  const id = isJsonObject(thread) ? thread['previous_message_id'] : undefined;
  return typeof id === 'string' ? id : undefined;
}

/** The text of a stream of the Messages API. What its end cuts off is in `raw` alone. */
function readMessageStream(raw: string): RecordedStream | undefined {
  if (!/^(?:event|data):/.test(raw)) return undefined;
  const end = /[\s\S]*\r?\n\r?\n/.exec(raw)?.[0] ?? '';
  const events: WireEvent[] = [];
  for (const { data } of readServerSentEvents(end)) {
    const event = parseJson(data);
    if (!isWireEvent(event)) return undefined;
    events.push(event);
  }
  return { raw, events };
}

function accumulated({ events }: RecordedStream): Accumulated | undefined {
  try {
    return accumulate(events);
  } catch (error) {
    if (error instanceof StreamError) return undefined;
    throw error;
  }
}

function isWireEvent(value: unknown): value is WireEvent {
  return isJsonObject(value) && typeof value['type'] === 'string';
}

function decodeUtf8(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
