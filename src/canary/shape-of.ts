import type { Exchange, RecordedResponse, RecordedStream } from '../cassette/exchange.ts';
import type { Symbols } from '../cassette/format/symbols.ts';
import type { JsonObject } from '../protocol/json-object.ts';
import type { WireEvent } from '../protocol/stream-events.ts';
import { isJsonObject, isWireError, isWireMessage } from '../protocol/wire-message.ts';

/** A response without what Claude decides: texts, inputs, numbers. Ids have short names, so that links can be compared. */
export interface ResponseShape {
  readonly status: number;
  readonly isStream: boolean;
  /** The headers that matter. */
  readonly head: JsonObject;
  /** What the first ping of a stream follows; absent without one. */
  readonly ping?: string | undefined;
  /** The message itself and its blocks, or the events of a stream: deltas of a kind in a row are one, pings aside. */
  readonly parts: readonly Part[];
}

export interface Part {
  /** Such as `tool_use`, or `content_block_start 1 tool_use`. */
  readonly name: string;
  /** What paths in it begin with; nothing for the message itself. */
  readonly path: string;
  /** The type of the block it is of, and the place of that. */
  readonly block?: string | undefined;
  readonly index?: number | undefined;
  readonly data: unknown;
}

/** Texts that say what something is. */
const WORDS = new Set(
  'type role stop_reason error_code name media_type file_type abort_reason'.split(' '),
);
const IDS = new Set('id tool_use_id tool_id file_id request_id'.split(' '));
/** `prefix_01` and 22 characters of base58. */
const ID_FORM = /^([a-z]+(?:_[a-z]+)*_01)[1-9A-HJ-NP-Za-km-z]{22}$/;
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/;
/** How exactly a time to live is told: the way of a response takes its own time. */
const LIFE_STEP = 5 * 60_000;

/** An exchange whose response came. */
export type Answered = Exchange & { readonly response: RecordedResponse };

/** When a response had come, in milliseconds since 1970. */
export function cameAt({ at = '', response: { chunks = [] } }: Answered): number {
  return Date.parse(at) + (chunks.at(-1)?.[0] ?? 0);
}

/** The shape of an exchange. `skew`: how many milliseconds the clock of the API is ahead. */
export function shapeOf(exchange: Answered, symbols: Symbols, skew = 0): ResponseShape {
  const { status, headers, stream } = exchange.response;
  const sent = cameAt(exchange) + skew;
  const shape = (value: unknown, key = ''): unknown => {
    if (Array.isArray(value)) return kindsOf(value.map((item) => shape(item)));
    if (isJsonObject(value)) {
      return Object.fromEntries(
        Object.entries(value)
          .filter(([name]) => name !== 'input')
          .map(([name, field]) => [name, shape(field, name)]),
      );
    }
    if (typeof value === 'string') return textShape(value, key, { symbols, sent });
    if (typeof value !== 'number') return value;
    // That nothing was sampled is no matter of how much.
    return key === 'output_tokens' && value === 0 ? 0 : 'a number';
  };
  const id = headers['request-id'];
  const head = {
    'content-type': headers['content-type']?.split(';')[0],
    'request-id': id === undefined ? undefined : formOf(id),
  };
  if (!stream)
    return { status, isStream: false, head, parts: partsOfBody(exchange.response.body, shape) };
  const parts = partsOfStream(stream, shape);
  return { status, isStream: true, head, ping: firstPing(stream), parts };
}

type ShapeValue = (value: unknown, key?: string) => unknown;

/** Of a list each kind of item once: how many there are is Claude's affair. */
function kindsOf(items: readonly unknown[]): unknown[] {
  return [...new Map(items.map((item) => [JSON.stringify(item), item])).values()];
}

function textShape(
  text: string,
  key: string,
  { symbols, sent }: { readonly symbols: Symbols; readonly sent: number },
): string {
  if (WORDS.has(key)) return text;
  if (IDS.has(key)) return `${symbols.get(text) ?? 'an id of nothing'}, ${formOf(text)}`;
  const [, fraction = '', zone] = TIME.exec(text) ?? [];
  if (zone === undefined) return 'a text';
  const form = `a time with ${fraction.replace('.', '').length} decimals and ${zone}`;
  if (key !== 'expires_at') return form;
  const life = Math.round((Date.parse(text) - sent) / LIFE_STEP) * LIFE_STEP;
  return `${form}, ${life / 60_000} minutes later`;
}

function formOf(id: string): string {
  const prefix = ID_FORM.exec(id)?.[1];
  return prefix === undefined
    ? `${id.replace(/_.*/, '_')} of ${id.length} characters`
    : `${prefix}…`;
}

function partsOfBody(body: unknown, shape: ShapeValue): Part[] {
  const whole = shape(body);
  // The text of an error is the API's, and not Claude's.
  if (isWireError(body)) {
    const { message } = body.error;
    const data = { ...Object(whole), error: { ...Object(shape(body.error)), message } };
    return [{ name: 'error', path: '', data }];
  }
  if (!isWireMessage(body) || !isJsonObject(whole))
    return [{ name: 'body', path: '', data: whole }];
  const { content: _, ...message } = whole;
  const blocks = body.content.map((block, index): Part => {
    return {
      name: labelOf(block),
      path: `content.${index}`,
      block: block.type,
      index,
      data: shape(block),
    };
  });
  return [{ name: 'message', path: '', data: message }, ...blocks];
}

function partsOfStream({ events }: RecordedStream, shape: ShapeValue): Part[] {
  const parts: Part[] = [];
  const types = new Map<unknown, string>();
  for (const event of events) {
    if (event.type === 'ping') continue;
    const { type, index, content_block: block, message } = event;
    if (isJsonObject(block)) types.set(index, String(block['type']));
    const name = nameOf(event);
    if (type === 'content_block_delta' && parts.at(-1)?.name === name) continue;
    const own = typeof index === 'number' ? { block: types.get(index), index } : {};
    if (isWireMessage(message)) {
      // A pause that is resumed comes with all its blocks.
      const [whole, ...blocks] = partsOfBody(message, shape);
      parts.push({ name, path: name, data: whole?.data }, ...blocks);
    } else {
      parts.push({ name, path: name, ...own, data: shape(event) });
    }
  }
  return parts;
}

function nameOf({ type, index, content_block: block, delta }: WireEvent): string {
  const number = typeof index === 'number' ? ` ${index}` : '';
  if (isJsonObject(block)) return `${type}${number} ${labelOf(block)}`;
  if (type !== 'content_block_delta' || !isJsonObject(delta)) return type + number;
  return `${type}${number} ${String(delta['type'])}`;
}

/** What a block is, such as `server_tool_use code_execution`. */
function labelOf({ type, name }: JsonObject): string {
  return typeof name === 'string' ? `${String(type)} ${name}` : String(type);
}

function firstPing({ events }: RecordedStream): string | undefined {
  const at = events.findIndex(({ type }) => type === 'ping');
  return at === -1 ? undefined : `after ${events[at - 1]?.type ?? 'nothing'}`;
}
