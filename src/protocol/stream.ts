import type { ContentBlock } from './blocks.ts';
import type { Message, Usage } from './message.ts';

/** A message before its stream has ended. */
export type StartedMessage = Omit<Message, 'stop_reason'> & {
  stop_reason: Message['stop_reason'] | null;
};

export type ContentDelta =
  | { type: 'text_delta'; text: string }
  | { type: 'input_json_delta'; partial_json: string };

/** The data of one server-sent event of a streamed response. */
export type StreamEvent =
  | { type: 'message_start'; message: StartedMessage }
  | { type: 'content_block_start'; index: number; content_block: ContentBlock }
  | { type: 'ping' }
  | { type: 'content_block_delta'; index: number; delta: ContentDelta }
  | { type: 'content_block_stop'; index: number }
  | {
      type: 'message_delta';
      delta: Pick<Message, 'stop_reason' | 'stop_sequence' | 'stop_details' | 'container'>;
      usage: Omit<Usage, 'service_tier' | 'inference_geo' | 'cache_creation'>;
    }
  | { type: 'message_stop' };

/**
 * How a response is streamed. `sampled`: block by block with deltas, as the model writes it. `resumed`: a cell that
 * was resumed and pauses again; nothing is sampled, so `message_start` already holds the whole message.
 */
export type StreamForm = 'sampled' | 'resumed';

export interface StreamOptions {
  readonly form: StreamForm;
  /** Characters in a delta. Default: 16. */
  readonly deltaLength?: number | undefined;
}

const DEFAULT_DELTA_LENGTH = 16;

/** The events that stream a message. */
export function messageToEvents(message: Message, options: StreamOptions): StreamEvent[] {
  if (options.form === 'resumed') {
    return [{ type: 'message_start', message }, { type: 'message_stop' }];
  }
  const length = options.deltaLength ?? DEFAULT_DELTA_LENGTH;
  const events: StreamEvent[] = [{ type: 'message_start', message: startOf(message) }];
  for (const [index, block] of message.content.entries()) {
    const { start, deltas } = streamBlock(block, length);
    events.push({ type: 'content_block_start', index, content_block: start });
    if (index === 0) events.push({ type: 'ping' });
    for (const delta of deltas) events.push({ type: 'content_block_delta', index, delta });
    events.push({ type: 'content_block_stop', index });
  }
  const { stop_reason, stop_sequence, stop_details, container } = message;
  const { service_tier: _, inference_geo: __, cache_creation: ___, ...usage } = message.usage;
  events.push({
    type: 'message_delta',
    delta: { stop_reason, stop_sequence, stop_details, ...(container && { container }) },
    usage,
  });
  events.push({ type: 'message_stop' });
  return events;
}

/**
 * The message that a stream's events add up to. Throws when the stream ends before its message does, or an event
 * refers to a block that never started.
 */
export function eventsToMessage(events: Iterable<StreamEvent>): Message {
  let message: StartedMessage | undefined;
  let stopped = false;
  const partialJson = new Map<number, string>();
  for (const event of events) {
    if (event.type === 'message_start') {
      message = structuredClone(event.message);
      continue;
    }
    if (!message) throw new Error(`The stream has a ${event.type} event before message_start.`);
    switch (event.type) {
      case 'content_block_start':
        message.content[event.index] = structuredClone(event.content_block);
        break;
      case 'content_block_delta': {
        const block = blockAt(message, event.index);
        if (event.delta.type === 'text_delta') {
          if (block.type === 'text') block.text += event.delta.text;
        } else {
          const json = (partialJson.get(event.index) ?? '') + event.delta.partial_json;
          partialJson.set(event.index, json);
        }
        break;
      }
      case 'content_block_stop': {
        const block = blockAt(message, event.index);
        const json = partialJson.get(event.index);
        if (json && 'input' in block) block.input = JSON.parse(json);
        break;
      }
      case 'message_delta':
        Object.assign(message, event.delta);
        Object.assign(message.usage, event.usage);
        break;
      case 'message_stop':
        stopped = true;
        break;
    }
  }
  if (!message || !stopped) throw new Error('The stream ended before message_stop.');
  const { stop_reason } = message;
  if (stop_reason === null) throw new Error('The stream ended without a stop_reason.');
  return { ...message, stop_reason };
}

/** One server-sent event, framed as the API frames it. */
export function encodeEvent(event: StreamEvent): string {
  // The API's ping is the one event with a blank after its colon.
  const data = event.type === 'ping' ? '{"type": "ping"}' : JSON.stringify(event);
  return `event: ${event.type}\ndata: ${data}\n\n`;
}

function startOf(message: Message): StartedMessage {
  const { container: _, usage, ...rest } = message;
  const { server_tool_use: __, ...counted } = usage;
  return {
    ...rest,
    content: [],
    stop_reason: null,
    stop_sequence: null,
    usage: { ...counted, output_tokens: 1 },
  };
}

/**
 * Text and sampled inputs come in deltas. Results, and calls made by code, come whole in `content_block_start`:
 * nothing samples them.
 */
function streamBlock(
  block: ContentBlock,
  length: number,
): { start: ContentBlock; deltas: ContentDelta[] } {
  if (block.type === 'text') {
    const deltas = pieces(block.text, length).map((text) => ({
      type: 'text_delta' as const,
      text,
    }));
    return { start: { ...block, text: '' }, deltas };
  }
  const sampled =
    block.type === 'server_tool_use' ||
    (block.type === 'tool_use' && block.caller.type === 'direct');
  if (!sampled) return { start: block, deltas: [] };
  const json = ['', ...pieces(JSON.stringify(block.input), length)];
  return {
    start: { ...block, input: {} },
    deltas: json.map((partial_json) => ({ type: 'input_json_delta', partial_json })),
  };
}

/** Cuts between code points, so that every piece is well-formed. */
function pieces(text: string, length: number): string[] {
  const characters = Array.from(text);
  const result: string[] = [];
  for (let i = 0; i < characters.length; i += length) {
    result.push(characters.slice(i, i + length).join(''));
  }
  return result;
}

function blockAt(message: StartedMessage, index: number): ContentBlock {
  const block = message.content[index];
  if (!block) throw new Error(`The stream has an event for block ${index}, which never started.`);
  return block;
}
