import { readServerSentEvents } from '../../protocol/sse.ts';
import type { WireEvent } from '../../protocol/stream-events.ts';
import { isJsonObject } from '../../protocol/wire-message.ts';
import type { RecordedStream } from '../exchange.ts';
import { broken } from './recording.ts';

/** Events that tell a stream of the Messages API from one of another API. */
const MESSAGE_EVENTS = [
  'message_start',
  'content_block_start',
  'content_block_delta',
  'content_block_stop',
  'message_delta',
  'message_stop',
];

/** Behind the last event some proxies put a word of another API. */
const DONE = '[DONE]';

/**
 * Reads the text of streamed responses of the Messages API, one after the other: a stream for each `message_start`. What a
 * cut end leaves of an event is in the text of the stream alone. Undefined for any other text; throws when the data of an
 * event is broken.
 */
export function readEventStreams(text: string): RecordedStream[] | undefined {
  if (!/^\uFEFF?\s*(?:event|data|id|retry|):/.test(text)) return undefined;
  const sent = readServerSentEvents(withBlankLines(text)).filter(
    ({ data }) => data !== '' && data !== DONE,
  );
  const isCut = !/[\r\n]$/.test(text);
  const events = sent.map(({ name, data }) => ({ name, data, event: parseEvent(name, data) }));
  if (isCut && events.length > 1 && !events.at(-1)?.event) events.pop();
  if (events.length === 0) return undefined;
  const names = events.map(({ name, event }) => event?.type ?? name);
  const ours = names.some((name) => MESSAGE_EVENTS.includes(name));
  if (!ours && !names.every((name) => name === 'error' || name === 'ping')) return undefined;
  const whole = events.map(({ name, data, event }) => {
    if (event) return { name, data, event };
    throw broken(`an event's data is no JSON object with a type: ${data.slice(0, 80)}`);
  });
  const streams = split(whole);
  // One response keeps its text as it is, if that has its blank lines; of several nobody knows where one ended.
  const isAsSent = isCut || /\n\r?\n$/.test(text);
  if (streams.length === 1 && isAsSent && withBlankLines(text) === text) {
    return [{ raw: text, events: whole.map(({ event }) => event) }];
  }
  return streams.map(framed);
}

/**
 * Reads values that are each the data of one event, or an event with its data, with the text they were; undefined when
 * they are not.
 */
export function readEventData(
  values: readonly unknown[],
  texts?: readonly string[],
): RecordedStream[] | undefined {
  const events = values.flatMap((value, i): FramedEvent[] => {
    const event = isEvent(value) ? value : wrappedEvent(value);
    if (!event) return [];
    const data = event === value ? texts?.[i] : undefined;
    return [{ name: event.type, data: data ?? JSON.stringify(event), event }];
  });
  // A line that is an error alone is the body of a response.
  const first = events.find(({ name }) => name !== 'ping');
  if (events.length < values.length || first?.name !== 'message_start') return undefined;
  return split(events).map(framed);
}

/** An event as `{event, data}`. */
function wrappedEvent(value: unknown): WireEvent | undefined {
  const data = isJsonObject(value) ? value['data'] : undefined;
  const event = typeof data === 'string' ? parseEvent('message', data) : data;
  return isEvent(event) ? event : undefined;
}

interface FramedEvent {
  readonly name: string;
  /** The data as it was recorded: blanks and the order of keys included. */
  readonly data: string;
  readonly event: WireEvent;
}

function framed(events: readonly FramedEvent[]): RecordedStream {
  const texts = events.map(({ name, data }) => `event: ${name}\ndata: ${data}\n\n`);
  return { raw: texts.join(''), events: events.map(({ event }) => event) };
}

function split(events: readonly FramedEvent[]): FramedEvent[][] {
  const streams: FramedEvent[][] = [[]];
  for (const event of events) {
    const current = streams.at(-1) ?? [];
    const hasStarted = current.some(({ event }) => event.type !== 'ping');
    if (event.event.type === 'message_start' && hasStarted) streams.push([event]);
    else current.push(event);
  }
  return streams;
}

/** Some recorders drop blank lines: then each line of data is an event. */
function withBlankLines(text: string): string {
  const hasThem = /\n\r?\n[^\n]*\S/.test(text.trim());
  return hasThem ? text : text.replaceAll(/^(data:.*)$/gm, '$1\n');
}

/** The event in a data text. A ping without a type is one by its name. */
function parseEvent(name: string, data: string): WireEvent | undefined {
  try {
    const event: unknown = JSON.parse(data);
    if (isEvent(event)) return event;
    return isJsonObject(event) && name !== 'message' ? { type: name, ...event } : undefined;
  } catch {
    return undefined;
  }
}

function isEvent(value: unknown): value is WireEvent {
  return isJsonObject(value) && typeof value['type'] === 'string';
}
