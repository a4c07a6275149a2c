import { createParser } from 'eventsource-parser';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { wireMessage } from '../../test/support/wire-message.ts';
import { Message } from './message.ts';
import { encodeEvent, eventsToMessage, messageToEvents, type WireEvent } from './stream.ts';

function overTheWire(events: readonly WireEvent[]): WireEvent[] {
  const received: WireEvent[] = [];
  const parser = createParser({ onEvent: ({ data }) => received.push(JSON.parse(data)) });
  parser.feed(events.map((event) => encodeEvent(event)).join(''));
  return received;
}

test('the events of any message add up to that message, whatever the length of its deltas', () => {
  fc.assert(
    fc.property(wireMessage, fc.integer({ min: 1, max: 40 }), (original, deltaLength) => {
      const events = messageToEvents(original, { form: 'sampled', deltaLength });
      expect(eventsToMessage(overTheWire(events))).toEqual(original);
    }),
  );
});

test('a resumed pause is streamed whole in message_start and adds up to the same message [stream.resumed]', () => {
  fc.assert(
    fc.property(wireMessage, (original) => {
      const events = messageToEvents(original, { form: 'resumed' });
      expect(events.map((event) => event.type)).toEqual(['message_start', 'message_stop']);
      expect(eventsToMessage(overTheWire(events))).toEqual(original);
    }),
  );
});

const paused: Message = {
  model: 'claude-sonnet-4-6',
  id: 'msg_1',
  type: 'message',
  role: 'assistant',
  content: [
    { type: 'text', text: 'Fetching.' },
    { type: 'server_tool_use', id: 'srvtoolu_1', name: 'code_execution', input: { code: 'x' } },
    {
      type: 'tool_use',
      id: 'toolu_1',
      name: 'fetch',
      input: { sku: 'A' },
      caller: { type: 'code_execution_20260120', tool_id: 'srvtoolu_1' },
    },
  ],
  container: { id: 'container_1', expires_at: '2035-01-01T00:05:00.000000Z' },
  stop_reason: 'tool_use',
  stop_sequence: null,
  stop_details: null,
  usage: {
    input_tokens: 9,
    output_tokens: 7,
    service_tier: 'standard',
    server_tool_use: { web_search_requests: 0, web_fetch_requests: 0 },
  },
};

test('a sampled pause starts empty, sends sampled input in deltas and calls of code whole [stream.sampled]', () => {
  const events = messageToEvents(paused, { form: 'sampled' });
  expect(events).toMatchObject([
    { type: 'message_start', message: { content: [], stop_reason: null } },
    { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
    { type: 'ping' },
    { type: 'content_block_delta', delta: { type: 'text_delta', text: 'Fetching.' } },
    { type: 'content_block_stop', index: 0 },
    { type: 'content_block_start', index: 1, content_block: { input: {} } },
    { type: 'content_block_delta', delta: { type: 'input_json_delta', partial_json: '' } },
    { type: 'content_block_delta', delta: { partial_json: '{"code":"x"}' } },
    { type: 'content_block_stop', index: 1 },
    { type: 'content_block_start', index: 2, content_block: { input: { sku: 'A' } } },
    { type: 'content_block_stop', index: 2 },
    { type: 'message_delta', delta: { stop_reason: 'tool_use', container: { id: 'container_1' } } },
    { type: 'message_stop' },
  ]);
  expect(events[0]).not.toHaveProperty('message.container');
});

test('message_start and message_delta carry the counters the API puts there', () => {
  const events = messageToEvents(paused, { form: 'sampled' });
  expect(events[0]).toHaveProperty('message.usage', {
    input_tokens: 9,
    output_tokens: 1,
    service_tier: 'standard',
  });
  expect(events.at(-2)).toHaveProperty('usage', {
    input_tokens: 9,
    output_tokens: 7,
    server_tool_use: { web_search_requests: 0, web_fetch_requests: 0 },
  });
});

test.each([
  [
    { type: 'thinking', thinking: 'Hm.', signature: 'Ep' },
    { type: 'thinking', thinking: '', signature: '' },
    ['thinking_delta', 'signature_delta'],
  ],
  [
    { type: 'text', text: 'So.', citations: [{ type: 'page_location' }] },
    { type: 'text', text: '', citations: [] },
    ['citations_delta', 'text_delta'],
  ],
  [
    { type: 'compaction', content: 'In short.', encrypted_content: 'Eq' },
    { type: 'compaction', content: null },
    ['compaction_delta'],
  ],
  [{ type: 'redacted_thinking', data: 'Eq' }, { type: 'redacted_thinking', data: 'Eq' }, []],
  [{ type: 'of_next_year', text: 'Hello.' }, { type: 'of_next_year', text: 'Hello.' }, []],
])('a block is streamed as its type asks: %j', (block, start, deltas) => {
  const events = messageToEvents({ ...paused, content: [block] }, { form: 'sampled' });
  const own = events.filter(({ index, type }) => index === 0 && type !== 'content_block_stop');
  expect(own[0]).toEqual({ type: 'content_block_start', index: 0, content_block: start });
  expect(own.slice(1).map(({ delta }) => (delta as { type: string }).type)).toEqual(deltas);
});

test('padding stands before the last brace of the data, pings excepted', () => {
  expect(encodeEvent({ type: 'content_block_stop', index: 0 }, 3)).toBe(
    'event: content_block_stop\ndata: {"type":"content_block_stop","index":0   }\n\n',
  );
  expect(encodeEvent({ type: 'ping' }, 3)).toBe('event: ping\ndata: {"type": "ping"}\n\n');
});
