import type { JsonObject } from './json-object.ts';
import type { Message } from './message.ts';
import { streamBlock } from './stream-block.ts';
import type { StreamEvent, WireEvent } from './stream-events.ts';
import type { WireMessage } from './wire-message.ts';

export { eventsToMessage } from './accumulate.ts';
export type { StreamEvent, WireEvent } from './stream-events.ts';

/**
 * How a response is streamed. `sampled`: block by block with deltas, as the model writes it. `resumed`: a cell that
 * was resumed and pauses again; nothing is sampled, so `message_start` already holds the whole message.
 */
export type StreamForm = 'sampled' | 'resumed';

export interface StreamOptions {
  readonly form: StreamForm;
  /** Characters in a delta: one number, or a function asked before each delta. Default: 16. */
  readonly deltaLength?: number | (() => number) | undefined;
}

/** Characters in a delta unless something else is asked for. */
export const DEFAULT_DELTA_LENGTH = 16;

/** Parts of a message that are known only at its end: they come in `message_delta`. */
const LATE_KEYS = ['stop_reason', 'stop_sequence', 'stop_details', 'container'];
/** The same of beta features: they stand beside `delta`, not in it. */
const LATE_BETA_KEYS = ['context_management', 'input_transformations'];
/** Counters that `message_start` lacks, and counters that `message_delta` lacks (recorded October 2025 to August 2026). */
const LATE_USAGE = ['server_tool_use', 'output_tokens_details', 'iterations', 'fallback_credit'];
const EARLY_USAGE = ['service_tier', 'inference_geo', 'cache_creation', 'speed'];

/** The events that stream a message. What is null in the message is null from the start. */
export function messageToEvents(message: Message, options: StreamOptions): StreamEvent[];
export function messageToEvents(message: WireMessage, options: StreamOptions): WireEvent[];
export function messageToEvents(message: WireMessage, options: StreamOptions): WireEvent[] {
  if (options.form === 'resumed') {
    return [{ type: 'message_start', message }, { type: 'message_stop' }];
  }
  const { deltaLength = DEFAULT_DELTA_LENGTH } = options;
  const nextLength = typeof deltaLength === 'function' ? deltaLength : () => deltaLength;
  const events: WireEvent[] = [{ type: 'message_start', message: startOf(message) }];
  for (const [index, block] of message.content.entries()) {
    const { start, deltas } = streamBlock(block, nextLength);
    events.push({ type: 'content_block_start', index, content_block: start });
    if (index === 0) events.push({ type: 'ping' });
    for (const delta of deltas) events.push({ type: 'content_block_delta', index, delta });
    events.push({ type: 'content_block_stop', index });
  }
  const sent = withoutNull(message);
  events.push({
    type: 'message_delta',
    delta: { ...pick(message, LATE_KEYS.slice(0, -1)), ...pick(sent, ['container']) },
    usage: omit(message.usage, EARLY_USAGE),
    ...pick(sent, LATE_BETA_KEYS),
  });
  events.push({ type: 'message_stop' });
  return events;
}

/**
 * One server-sent event, framed as the API frames it. `padding` blanks stand before the last brace of its data; the API
 * sends 0 to 15 of them.
 */
export function encodeEvent(event: WireEvent, padding = 0): string {
  // The API's ping is the one event with a blank after its colon, and the one without padding.
  if (event.type === 'ping') return 'event: ping\ndata: {"type": "ping"}\n\n';
  const data = JSON.stringify(event);
  const padded = padding === 0 ? data : `${data.slice(0, -1)}${' '.repeat(padding)}}`;
  return `event: ${event.type}\ndata: ${padded}\n\n`;
}

/** A message as its stream starts: empty, and knowing nothing of its end. */
function startOf(message: WireMessage): JsonObject {
  const late = Object.keys(pick(withoutNull(message), ['container', ...LATE_BETA_KEYS]));
  const stops = Object.keys(pick(message, LATE_KEYS.slice(0, -1)));
  return {
    ...omit(message, late),
    content: [],
    ...Object.fromEntries(stops.map((key) => [key, null])),
    usage: {
      ...omit(message.usage, Object.keys(pick(withoutNull(message.usage), LATE_USAGE))),
      output_tokens: 1,
    },
  };
}

function withoutNull(value: JsonObject): JsonObject {
  return filtered(value, (key) => value[key] !== null);
}

function pick(value: JsonObject, keys: readonly string[]): JsonObject {
  return filtered(value, (key) => keys.includes(key));
}

function omit(value: JsonObject, keys: readonly string[]): JsonObject {
  return filtered(value, (key) => !keys.includes(key));
}

/** @note `Object.fromEntries` says it in one line and takes several times as long, eight times a response. */
function filtered(value: JsonObject, keep: (key: string) => boolean): JsonObject {
  const result: JsonObject = {};
  for (const key of Object.keys(value)) if (keep(key)) result[key] = value[key];
  return result;
}
