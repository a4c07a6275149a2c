import { createParser } from 'eventsource-parser';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ContentBlock } from './blocks.ts';
import { Message } from './message.ts';
import { encodeEvent, eventsToMessage, messageToEvents, type StreamEvent } from './stream.ts';

const text = fc.string({ unit: 'binary' });
const input = fc.dictionary(text, fc.jsonValue());
const caller = fc.oneof(
  fc.constant({ type: 'direct' as const }),
  fc.record({ type: fc.constant('code_execution_20260120' as const), tool_id: text }),
);
const block: fc.Arbitrary<ContentBlock> = fc.oneof(
  fc.record({ type: fc.constant('text' as const), text }),
  fc.record({
    type: fc.constant('server_tool_use' as const),
    id: text,
    name: fc.constant('code_execution' as const),
    input,
  }),
  fc.record({ type: fc.constant('tool_use' as const), id: text, name: text, input, caller }),
  fc.record({
    type: fc.constant('code_execution_tool_result' as const),
    tool_use_id: text,
    content: fc.record({
      type: fc.constant('code_execution_result' as const),
      stdout: text,
      stderr: text,
      return_code: fc.nat(),
      content: fc.array(
        fc.record({ type: fc.constant('code_execution_output' as const), file_id: text }),
      ),
      abort_reason: fc.constant(null),
    }),
  }),
);
const message: fc.Arbitrary<Message> = fc
  .record(
    {
      model: text,
      id: text,
      type: fc.constant('message' as const),
      role: fc.constant('assistant' as const),
      content: fc.array(block),
      container: fc.record({ id: text, expires_at: text }),
      stop_reason: fc.constantFrom('end_turn' as const, 'tool_use' as const),
      stop_sequence: fc.constant(null),
      stop_details: fc.constant(null),
      usage: fc.record({
        input_tokens: fc.nat(),
        cache_creation_input_tokens: fc.nat(),
        output_tokens: fc.nat(),
        service_tier: fc.constant('standard' as const),
        server_tool_use: fc.record({ web_search_requests: fc.nat(), web_fetch_requests: fc.nat() }),
      }),
    },
    {
      requiredKeys: [
        'model',
        'id',
        'type',
        'role',
        'content',
        'stop_reason',
        'stop_sequence',
        'stop_details',
        'usage',
      ],
    },
  )
  // What crosses the wire is JSON: no -0, no objects without prototype.
  .map((value) => JSON.parse(JSON.stringify(value)));

function overTheWire(events: readonly StreamEvent[]): StreamEvent[] {
  const received: StreamEvent[] = [];
  const parser = createParser({ onEvent: ({ data }) => received.push(JSON.parse(data)) });
  parser.feed(events.map(encodeEvent).join(''));
  return received;
}

test('the events of any message add up to that message, whatever the length of its deltas', () => {
  fc.assert(
    fc.property(message, fc.integer({ min: 1, max: 40 }), (original, deltaLength) => {
      const events = messageToEvents(original, { form: 'sampled', deltaLength });
      expect(eventsToMessage(overTheWire(events))).toEqual(original);
    }),
  );
});

test('a resumed pause is streamed whole in message_start and adds up to the same message', () => {
  fc.assert(
    fc.property(message, (original) => {
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
  usage: { input_tokens: 9, output_tokens: 7 },
};

test('a sampled pause starts empty, sends sampled input in deltas and calls of code whole', () => {
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

test('a stream that ends before message_stop is refused', () => {
  const cut = messageToEvents(paused, { form: 'sampled' }).slice(0, -1);
  expect(() => eventsToMessage(cut)).toThrow('The stream ended before message_stop.');
});

test('a delta for a block that never started is refused', () => {
  const [start, , , delta] = messageToEvents(paused, { form: 'sampled' });
  expect(() => eventsToMessage([start!, delta!])).toThrow('block 0, which never started');
});

test('every message of the tests above satisfies the message schema', () => {
  fc.assert(
    fc.property(message, (value) => {
      expect(Message.parse(value)).toEqual(value);
    }),
  );
});
