import { parseTruncatedJson } from './complete-json.ts';
import type { JsonObject } from './json-object.ts';
import type { Message } from './message.ts';
import { StreamError } from './stream-error.ts';
import type { StreamEvent, WireEvent } from './stream-events.ts';
import type { WireBlock } from './wire-blocks.ts';
import { isJsonObject, isWireMessage, type WireMessage } from './wire-message.ts';

/** What the events of one streamed response add up to. */
export type Accumulated = {
  /** Events and deltas of types nobody here knows: what they say is not in the message. */
  readonly unread: readonly WireEvent[];
  /** Inputs that end in the middle of their JSON (`max_tokens`); the message holds what was whole. */
  readonly truncated: readonly { readonly index: number; readonly json: string }[];
} & (
  | { readonly state: 'complete'; readonly message: WireMessage }
  /** An `error` event came; nothing after it counts. */
  | {
      readonly state: 'failed';
      readonly error: JsonObject;
      readonly message: WireMessage | undefined;
    }
  /** The stream ended before `message_stop`. `message` is what had come. */
  | { readonly state: 'cut'; readonly message: WireMessage | undefined }
);

interface OpenBlock {
  readonly block: WireBlock;
  json: string | undefined;
}

/**
 * Adds up the events of one streamed response, losing nothing: unknown fields and blocks are kept, events and deltas of
 * unknown types are listed. Null in a `message_delta` does not erase what is known, for the API leaves out or nulls
 * counters that do not apply. Throws a `StreamError` when the events contradict each other.
 */
export function accumulate(events: Iterable<WireEvent>): Accumulated {
  const unread: WireEvent[] = [];
  const truncated: { index: number; json: string }[] = [];
  const open = new Map<number, OpenBlock>();
  let message: WireMessage | undefined;
  let stopped = false;
  for (const event of events) {
    if (event.type === 'ping') continue;
    if (stopped) throw malformed(`has a ${event.type} event after message_stop`);
    if (event.type === 'error') {
      return { state: 'failed', error: objectIn(event, 'error'), message, unread, truncated };
    }
    if (event.type === 'message_start') {
      if (message) throw malformed('has a second message_start event');
      if (!isWireMessage(event['message'])) throw malformed('starts without a message');
      message = structuredClone(event['message']);
      continue;
    }
    if (!message) throw malformed(`has a ${event.type} event before message_start`);
    switch (event.type) {
      case 'content_block_start': {
        const index = indexOf(event);
        const block = objectIn(event, 'content_block');
        if (!isBlock(block)) throw malformed(`starts block ${index} without a type`);
        if (index !== message.content.length) {
          throw malformed(`starts block ${index} where block ${message.content.length} comes next`);
        }
        const started = structuredClone(block);
        message.content.push(started);
        open.set(index, { block: started, json: undefined });
        relabel(message, started);
        break;
      }
      case 'content_block_delta': {
        const delta = objectIn(event, 'delta');
        if (!applyDelta(openAt(open, indexOf(event)), delta)) unread.push(event);
        break;
      }
      case 'content_block_stop': {
        const index = indexOf(event);
        const { block, json } = openAt(open, index);
        open.delete(index);
        if (json && !readInput(block, json)) truncated.push({ index, json });
        break;
      }
      case 'message_delta':
        applyMessageDelta(message, event);
        break;
      case 'message_stop': {
        const [unfinished] = open.keys();
        if (unfinished !== undefined) throw malformed(`stops while block ${unfinished} is open`);
        stopped = true;
        break;
      }
      default:
        unread.push(event);
    }
  }
  if (!message || !stopped) return { state: 'cut', message, unread, truncated };
  return { state: 'complete', message, unread, truncated };
}

/**
 * The message that a stream's events add up to. Throws a `StreamError` when there is none: the stream failed, ended
 * before its message did, contradicts itself, or says things of unknown types.
 */
export function eventsToMessage(events: Iterable<StreamEvent>): Message;
export function eventsToMessage(events: Iterable<WireEvent>): WireMessage;
export function eventsToMessage(events: Iterable<WireEvent>): WireMessage {
  const result = accumulate(events);
  if (result.state === 'cut') throw new StreamError('cut', 'The stream ended before message_stop.');
  if (result.state === 'failed') {
    const { type, message } = result.error;
    throw new StreamError('failed', `The stream failed: ${String(type)}: ${String(message)}`);
  }
  const [unread] = result.unread;
  if (unread) {
    const what = isJsonObject(unread['delta']) ? unread['delta']['type'] : unread.type;
    throw new StreamError('unread', `The stream has a ${String(what)}, a type nobody here knows.`);
  }
  if (typeof result.message['stop_reason'] !== 'string') {
    throw new StreamError('malformed', 'The stream ended without a stop_reason.');
  }
  return result.message;
}

/**
 * Applies one delta as the SDK does: texts are appended, a signature and a compaction come whole, a citation is one
 * more. False for a type nobody here knows.
 */
function applyDelta(open: OpenBlock, delta: JsonObject): boolean {
  const { block } = open;
  switch (delta['type']) {
    case 'text_delta':
      block['text'] = stringOf(block, 'text') + stringIn(delta, 'text');
      return true;
    case 'thinking_delta':
      block['thinking'] = stringOf(block, 'thinking') + stringIn(delta, 'thinking');
      return true;
    case 'signature_delta':
      block['signature'] = stringIn(delta, 'signature');
      return true;
    case 'citations_delta': {
      const { citations } = block;
      block['citations'] = [...(Array.isArray(citations) ? citations : []), delta['citation']];
      return true;
    }
    case 'input_json_delta':
      open.json = (open.json ?? '') + stringIn(delta, 'partial_json');
      return true;
    case 'compaction_delta': {
      const { type: _, ...compaction } = delta;
      assign(block, compaction);
      return true;
    }
    default:
      return false;
  }
}

function applyMessageDelta(message: WireMessage, event: WireEvent): void {
  const { type: _, delta, usage, ...others } = event;
  assign(message, isJsonObject(delta) ? delta : {}, [
    'stop_reason',
    'stop_sequence',
    'stop_details',
  ]);
  assign(message.usage, isJsonObject(usage) ? usage : {});
  // Beta features report here, such as `context_management`.
  assign(message, others);
}

/** Sets fields. Null erases nothing but the fields named. */
function assign(target: JsonObject, source: JsonObject, erasable: readonly string[] = []): void {
  for (const [key, value] of Object.entries(source)) {
    if (value === null && Object.hasOwn(target, key) && !erasable.includes(key)) continue;
    // Plain assignment would take a key named `__proto__` for the prototype.
    const property = { value, enumerable: true, configurable: true, writable: true };
    Object.defineProperty(target, key, property);
  }
}

/** Sets the input a block's deltas add up to. False when they end in the middle of it. */
function readInput(block: WireBlock, json: string): boolean {
  try {
    block['input'] = JSON.parse(json);
    return true;
  } catch {
    try {
      block['input'] = parseTruncatedJson(json);
      return false;
    } catch (cause) {
      throw malformed(`has an input that is no JSON: ${json}`, { cause });
    }
  }
}

/** A `fallback` block names the model that went on with the response; the message then carries its name. */
function relabel(message: WireMessage, block: WireBlock): void {
  const to = block.type === 'fallback' ? block['to'] : undefined;
  if (isJsonObject(to) && typeof to['model'] === 'string') message.model = to['model'];
}

function openAt(open: ReadonlyMap<number, OpenBlock>, index: number): OpenBlock {
  const found = open.get(index);
  if (!found)
    throw malformed(`has an event for block ${index}, which never started or has stopped`);
  return found;
}

function isBlock(value: JsonObject): value is WireBlock {
  return typeof value['type'] === 'string';
}

function indexOf(event: WireEvent): number {
  const { index } = event;
  if (typeof index !== 'number') throw malformed(`has a ${event.type} event without an index`);
  return index;
}

function objectIn(event: WireEvent, key: string): JsonObject {
  const value = event[key];
  if (!isJsonObject(value)) throw malformed(`has a ${event.type} event without a ${key}`);
  return value;
}

function stringIn(delta: JsonObject, key: string): string {
  const value = delta[key];
  if (typeof value !== 'string') throw malformed(`has a ${String(delta['type'])} without a ${key}`);
  return value;
}

function stringOf(block: WireBlock, key: string): string {
  const value = block[key];
  return typeof value === 'string' ? value : '';
}

function malformed(what: string, options?: ErrorOptions): StreamError {
  return new StreamError('malformed', `The stream ${what}.`, options);
}
