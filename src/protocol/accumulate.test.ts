import { expect, test } from 'vitest';
import { accumulate, eventsToMessage } from './accumulate.ts';
import { StreamError } from './stream-error.ts';
import type { WireEvent } from './stream-events.ts';

const start: WireEvent = {
  type: 'message_start',
  message: {
    model: 'claude-sonnet-5',
    id: 'msg_1',
    type: 'message',
    role: 'assistant',
    content: [],
    stop_reason: null,
    stop_sequence: null,
    usage: { input_tokens: 9, cache_read_input_tokens: 4, output_tokens: 1 },
  },
};
const open = (block: object, index = 0): WireEvent => ({
  type: 'content_block_start',
  index,
  content_block: block,
});
const delta = (change: object, index = 0): WireEvent => ({
  type: 'content_block_delta',
  index,
  delta: change,
});
const close: WireEvent = { type: 'content_block_stop', index: 0 };
const end: WireEvent = {
  type: 'message_delta',
  delta: { stop_reason: 'end_turn', stop_sequence: null },
  usage: { output_tokens: 7 },
};
const stop: WireEvent = { type: 'message_stop' };
const whole = (...events: WireEvent[]): WireEvent[] => [start, ...events, close, end, stop];

test.each([
  [{ type: 'text', text: 'a' }, [{ type: 'text_delta', text: 'b' }], { type: 'text', text: 'ab' }],
  [
    { type: 'text', text: '', citations: [] },
    [{ type: 'citations_delta', citation: { cited_text: 'c' } }],
    { type: 'text', text: '', citations: [{ cited_text: 'c' }] },
  ],
  [
    { type: 'thinking', thinking: '', signature: '' },
    [
      { type: 'thinking_delta', thinking: 'Hm', estimated_tokens: 3 },
      { type: 'thinking_delta', thinking: '.' },
      { type: 'signature_delta', signature: 'Ep' },
    ],
    { type: 'thinking', thinking: 'Hm.', signature: 'Ep' },
  ],
  [
    { type: 'tool_use', id: 'toolu_1', name: 'f', input: {}, later: 1 },
    [
      { type: 'input_json_delta', partial_json: '' },
      { type: 'input_json_delta', partial_json: '{"a": ' },
      { type: 'input_json_delta', partial_json: '1}' },
    ],
    { type: 'tool_use', id: 'toolu_1', name: 'f', input: { a: 1 }, later: 1 },
  ],
  [
    { type: 'tool_use', id: 'toolu_1', name: 'f', input: {} },
    [{ type: 'input_json_delta', partial_json: '' }],
    { type: 'tool_use', id: 'toolu_1', name: 'f', input: {} },
  ],
  [
    { type: 'compaction', content: null },
    [{ type: 'compaction_delta', content: 'In short.', encrypted_content: 'Eq' }],
    { type: 'compaction', content: 'In short.', encrypted_content: 'Eq' },
  ],
])('deltas complete their block: %j', (block, deltas, expected) => {
  const events = whole(open(block), ...deltas.map((change) => delta(change)));
  expect(eventsToMessage(events)['content']).toEqual([expected]);
});

test('fields nobody knows are kept wherever they come', () => {
  const events = [
    { ...start, message: { ...(start['message'] as object), early: 1 } },
    {
      type: 'message_delta',
      delta: { stop_reason: 'end_turn', late: 2 },
      usage: { output_tokens: 7, iterations: [3] },
      context_management: { applied_edits: [] },
    },
    stop,
  ];
  expect(eventsToMessage(events)).toMatchObject({
    early: 1,
    late: 2,
    context_management: { applied_edits: [] },
    usage: { input_tokens: 9, output_tokens: 7, iterations: [3] },
  });
});

test('a null counter at the end leaves the counter of the start', () => {
  const late = { ...end, usage: { output_tokens: 7, cache_read_input_tokens: null, other: null } };
  expect(eventsToMessage([start, late, stop])['usage']).toEqual({
    input_tokens: 9,
    cache_read_input_tokens: 4,
    output_tokens: 7,
    other: null,
  });
});

test('a delta of an unknown type is listed, and the message is not given as whole', () => {
  const unknown = delta({ type: 'image_delta', data: 'AA' });
  const events = whole(open({ type: 'text', text: '' }), unknown);
  expect(accumulate(events)).toMatchObject({ state: 'complete', unread: [unknown] });
  expect(() => eventsToMessage(events)).toThrow(
    expect.objectContaining({ code: 'unread', message: expect.stringContaining('image_delta') }),
  );
});

test('an event of an unknown type is listed', () => {
  const unknown = { type: 'progress', percent: 4 };
  expect(accumulate([start, unknown, end, stop]).unread).toEqual([unknown]);
});

test('an error event ends the stream with that error and what had come', () => {
  const error = { type: 'overloaded_error', message: 'Overloaded' };
  const events = [start, open({ type: 'text', text: 'a' }), { type: 'error', error }, stop];
  expect(accumulate(events)).toMatchObject({
    state: 'failed',
    error,
    message: { content: [{ type: 'text', text: 'a' }] },
  });
  expect(() => eventsToMessage(events)).toThrow('overloaded_error: Overloaded');
});

test('a stream that ends before message_stop is cut', () => {
  const events = [start, open({ type: 'text', text: 'a' })];
  expect(accumulate(events)).toMatchObject({ state: 'cut', message: { id: 'msg_1' } });
  expect(() => eventsToMessage(events)).toThrow('The stream ended before message_stop.');
});

test('an input that was cut keeps what was whole of it', () => {
  const json = '{"a": [1, "two"], "b": "thr';
  const block = { type: 'tool_use', id: 'toolu_1', name: 'f', input: {} };
  const events = whole(open(block), delta({ type: 'input_json_delta', partial_json: json }));
  expect(accumulate(events)).toMatchObject({
    message: { content: [{ input: { a: [1, 'two'] } }] },
    truncated: [{ index: 0, json }],
  });
});

const text = { type: 'text', text: '' };
test.each([
  ['an event before message_start', [end], 'message_delta event before message_start'],
  ['a second message_start', [start, start], 'second message_start'],
  ['an event after message_stop', [start, end, stop, end], 'after message_stop'],
  ['a block out of turn', [start, open(text, 1)], 'block 1 where block 0 comes next'],
  ['a delta for no block', [start, delta({}, 0)], 'block 0, which never started'],
  ['a delta for a stopped block', whole(open(text), close), 'block 0, which never started'],
  ['an open block at the end', [start, open(text), end, stop], 'while block 0 is open'],
  ['a delta without its text', whole(open(text), delta({ type: 'text_delta' })), 'without a text'],
  ['an event without an index', [start, { type: 'content_block_stop' }], 'without an index'],
  [
    'an input that is no JSON',
    whole(open(text), delta({ type: 'input_json_delta', partial_json: '{"a"; 1}' })),
    'no JSON',
  ],
])('a stream with %s is malformed', (_, events, message) => {
  expect(() => accumulate(events)).toThrow(StreamError);
  expect(() => accumulate(events)).toThrow(message);
});

test('a message without a stop reason is refused', () => {
  expect(() => eventsToMessage([start, stop])).toThrow('without a stop_reason');
});
