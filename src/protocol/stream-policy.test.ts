import fc from 'fast-check';
import { expect, test } from 'vitest';
import { finalMessage, iteratedEvents } from '../../test/support/sdk-accumulator.ts';
import { wireMessage } from '../../test/support/wire-message.ts';
import { accumulate, eventsToMessage } from './accumulate.ts';
import { readServerSentEvents } from './sse.ts';
import { streamBytes, streamEvents, type Amount, type StreamPolicy } from './stream-policy.ts';
import type { WireEvent } from './stream-events.ts';
import type { WireMessage } from './wire-message.ts';

const amount = (max: number): fc.Arbitrary<Amount> =>
  fc.oneof(
    fc.integer({ min: 1, max }),
    fc
      .tuple(fc.integer({ min: 1, max }), fc.nat({ max }))
      .map(([min, more]): Amount => [min, min + more]),
  );
const policy: fc.Arbitrary<StreamPolicy> = fc.record(
  {
    deltaLength: amount(40),
    chunkBytes: fc.oneof(fc.constant('event' as const), fc.constant(1), amount(60)),
    padding: fc.nat({ max: 15 }),
    pings: fc.oneof(
      fc.constantFrom('first-block' as const, 'none' as const),
      fc.record({ probability: fc.double({ min: 0, max: 1, noNaN: true }) }),
      fc.record({ positions: fc.array(fc.nat({ max: 30 })) }),
    ),
  },
  { requiredKeys: [] },
);
const form = fc.constantFrom('sampled' as const, 'resumed' as const);
const seed = fc.string();

function received(chunks: readonly Uint8Array[]): WireEvent[] {
  const decoder = new TextDecoder();
  const text = chunks.map((chunk) => decoder.decode(chunk, { stream: true })).join('');
  return readServerSentEvents(text).map(({ data }): WireEvent => JSON.parse(data));
}

/** Messages the SDK can hold: it takes a block's field named `__proto__` for the prototype. */
const message = wireMessage.filter(({ content }) =>
  content.every((block) => !Object.hasOwn(block, '__proto__')),
);

test('any policy gives the same message', () => {
  fc.assert(
    fc.property(wireMessage, form, policy, seed, (original, form, policy, seed) => {
      expect(eventsToMessage(received(streamBytes(original, form, policy, seed)))).toEqual(
        original,
      );
    }),
  );
});

test('any policy gives the same message in both of the SDK’s accumulators', async () => {
  await fc.assert(
    fc.asyncProperty(message, form, policy, seed, async (original, form, policy, seed) => {
      const chunks = streamBytes(original, form, policy, seed);
      expect(await finalMessage(chunks, true)).toEqual(original);
      // Beta features: the plain accumulator skips what they send.
      const beta = original.content.some(({ type }) => /^(?:compaction|mcp_)/.test(type));
      if (!beta && !original['context_management']) {
        expect(await finalMessage(chunks)).toEqual(original);
      }
    }),
    { numRuns: 60 },
  );
});

test('any policy gives the same message to whoever iterates over the SDK’s events', async () => {
  await fc.assert(
    fc.asyncProperty(message, form, policy, seed, async (original, form, policy, seed) => {
      const events = await iteratedEvents(streamBytes(original, form, policy, seed));
      expect(eventsToMessage(events)).toEqual(original);
    }),
    { numRuns: 60 },
  );
});

const small: WireMessage = {
  model: 'claude-sonnet-4-6',
  id: 'msg_1',
  type: 'message',
  role: 'assistant',
  content: [{ type: 'text', text: 'Zwölf Züge: 🚆🚆' }],
  stop_reason: 'end_turn',
  stop_sequence: null,
  usage: { input_tokens: 9, output_tokens: 7 },
};

const types = (policy: StreamPolicy): string =>
  streamEvents(small, 'sampled', policy, 'seed')
    .map(({ type }) => type.replace('content_block_', '').replace('message_', 'm.'))
    .join(' ');

test('one byte at a time cuts characters in the middle and loses none', async () => {
  const chunks = streamBytes(small, 'sampled', { chunkBytes: 1 }, 'seed');
  expect(chunks.every(({ length }) => length === 1)).toBe(true);
  expect(await finalMessage(chunks)).toEqual(small);
});

test('the same seed gives the same bytes, another seed others', () => {
  const policy = { deltaLength: [1, 9], chunkBytes: [1, 9], padding: 15 } as const;
  const bytes = (seed: string) => streamBytes(small, 'sampled', policy, seed).map(String);
  expect(bytes('one')).toEqual(bytes('one'));
  expect(bytes('one')).not.toEqual(bytes('two'));
});

test('the bytes of a seed are these, in every release', () => {
  const policy = { deltaLength: [1, 9], padding: 15, pings: { probability: 0.5 } } as const;
  const text = Buffer.concat(streamBytes(small, 'sampled', policy, 'seed')).toString();
  expect(text).toMatchInlineSnapshot(`
    "event: message_start
    data: {"type":"message_start","message":{"model":"claude-sonnet-4-6","id":"msg_1","type":"message","role":"assistant","content":[],"stop_reason":null,"stop_sequence":null,"usage":{"input_tokens":9,"output_tokens":1}}         }

    event: content_block_start
    data: {"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}               }

    event: ping
    data: {"type": "ping"}

    event: content_block_delta
    data: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"Zwöl"}         }

    event: content_block_delta
    data: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"f Züge"}   }

    event: content_block_delta
    data: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":":"}          }

    event: ping
    data: {"type": "ping"}

    event: content_block_delta
    data: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":" 🚆🚆"}               }

    event: content_block_stop
    data: {"type":"content_block_stop","index":0    }

    event: message_delta
    data: {"type":"message_delta","delta":{"stop_reason":"end_turn","stop_sequence":null},"usage":{"input_tokens":9,"output_tokens":7}             }

    event: message_stop
    data: {"type":"message_stop"            }

    event: ping
    data: {"type": "ping"}

    "
  `);
});

test('the default is one chunk an event, one ping after the first block has started, no padding [stream.ping]', () => {
  const chunks = streamBytes(small, 'sampled', {}, 'seed').map((chunk) =>
    Buffer.from(chunk).toString(),
  );
  expect(chunks.map((chunk) => chunk.split('\n')[0])).toEqual([
    'event: message_start',
    'event: content_block_start',
    'event: ping',
    'event: content_block_delta',
    'event: content_block_stop',
    'event: message_delta',
    'event: message_stop',
  ]);
  expect(chunks.join('')).not.toContain(' }\n');
});

test.each<[StreamPolicy['pings'], string]>([
  ['none', 'm.start start delta stop m.delta m.stop'],
  [{ probability: 0 }, 'm.start start delta stop m.delta m.stop'],
  [{ positions: [2, 0, 2] }, 'ping m.start start ping ping delta stop m.delta m.stop'],
  [{ positions: [99] }, 'm.start start delta stop m.delta m.stop ping'],
  [
    { probability: 1 },
    'ping m.start ping start ping delta ping stop ping m.delta ping m.stop ping',
  ],
])('pings stand where the policy puts them: %j', (pings, expected) => {
  expect(types({ pings })).toBe(expected);
});

test.each([
  [0, 'm.start error'],
  [1, 'm.start start ping error'],
  [4, 'm.start start ping delta stop m.delta error'],
  [99, 'm.start start ping delta stop m.delta error'],
])('an error after event %i ends the stream', (after, expected) => {
  expect(types({ error: { after, type: 'overloaded_error', message: 'Overloaded' } })).toBe(
    expected,
  );
});

test('an error reaches the SDK’s caller with its type, and our accumulator as a failed stream', async () => {
  const error = { after: 2, type: 'overloaded_error', message: 'Overloaded' };
  const chunks = streamBytes(small, 'sampled', { error, chunkBytes: 7 }, 'seed');
  const refused = { error: { error: { type: 'overloaded_error', message: 'Overloaded' } } };
  await expect(finalMessage(chunks)).rejects.toMatchObject(refused);
  await expect(iteratedEvents(chunks)).rejects.toMatchObject(refused);
  expect(accumulate(received(chunks))).toMatchObject({
    state: 'failed',
    error: refused.error.error,
  });
});

test.each<[StreamPolicy, string]>([
  [{ deltaLength: 0 }, 'deltaLength'],
  [{ chunkBytes: [5, 4] }, 'chunkBytes'],
  [{ chunkBytes: 1.5 }, 'chunkBytes'],
  [{ padding: -1 }, 'padding'],
  [{ pings: { probability: 2 } }, 'pings.probability'],
  [{ pings: { positions: [-1] } }, 'pings.positions'],
  [{ error: { after: -1, type: 'api_error', message: '' } }, 'error.after'],
])('a policy that makes no sense is refused by name: %j', (policy, name) => {
  expect(() => streamBytes(small, 'sampled', policy, 'seed')).toThrow(
    `A stream policy's ${name} is`,
  );
});
