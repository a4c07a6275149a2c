import fc from 'fast-check';
import { expect, test } from 'vitest';
import { finalMessage } from '../../test/support/sdk-accumulator.ts';
import { parseTruncatedJson } from './complete-json.ts';
import { encodeEvent, messageToEvents } from './stream.ts';

const message = {
  model: 'm',
  id: 'msg_1',
  type: 'message' as const,
  role: 'assistant' as const,
  content: [{ type: 'tool_use', id: 'toolu_1', name: 'f', input: {} }],
  stop_reason: 'max_tokens',
  stop_sequence: null,
  usage: { input_tokens: 1, output_tokens: 1 },
};

/** What the SDK makes of a tool call whose input ends so. */
async function bySdk(json: string): Promise<unknown> {
  const events = messageToEvents(message, { form: 'sampled' }).map((event) =>
    event.type === 'content_block_delta'
      ? { ...event, delta: { type: 'input_json_delta', partial_json: '' } }
      : event,
  );
  const last = events.findLastIndex(({ type }) => type === 'content_block_delta');
  events[last] = { ...events[last]!, delta: { type: 'input_json_delta', partial_json: json } };
  const encoder = new TextEncoder();
  const received = await finalMessage(events.map((event) => encoder.encode(encodeEvent(event))));
  return received.content[0].input;
}

test('the beginning of any object reads as in the SDK', async () => {
  const input = fc.dictionary(fc.string(), fc.jsonValue(), { noNullPrototype: true });
  const spacing = fc.constantFrom(undefined, 1);
  await fc.assert(
    fc.asyncProperty(
      input,
      spacing,
      fc.double({ min: 0, max: 1, noNaN: true }),
      async (input, space, share) => {
        const json = JSON.stringify(input, null, space);
        const cut = json.slice(0, 1 + Math.floor((json.length - 1) * share));
        expect(parseTruncatedJson(cut)).toEqual(await bySdk(cut));
      },
    ),
  );
});

test.each([
  ['{"a": "b', {}],
  ['{"a": "b"', { a: 'b' }],
  ['{"a": 1, "b"', { a: 1 }],
  ['{"a": 12', {}],
  ['{"a": 12,', { a: 12 }],
  ['{"a": [1, {"b": tr', { a: [1, {}] }],
  ['{"a": "\\', {}],
  ['{"a": "\\\\"', { a: '\\' }],
])('%s keeps what is whole', (json, expected) => {
  expect(parseTruncatedJson(json)).toEqual(expected);
});

test.each(['{"a": nope, ', '{"a": 1}}', '{"a": 1} 2', '[1}', '{a', ''])(
  '%s is not the beginning of JSON',
  (json) => {
    expect(() => parseTruncatedJson(json)).toThrow(SyntaxError);
  },
);
