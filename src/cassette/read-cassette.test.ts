import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readCassette, type CassetteExchange } from './read-cassette.ts';
import { writeCassette } from './write-cassette.ts';
import type { Exchange } from './exchange.ts';
import { wireMessage } from '../../test/support/wire-message.ts';
import { encodeEvent, messageToEvents } from '../protocol/stream.ts';

const RUNS = Number(process.env['CASSETTE_RUNS'] ?? 40);

function withoutLine(recorded: CassetteExchange): Exchange {
  const { line: _, ...exchange } = recorded;
  return exchange;
}

const bare = ({ exchanges }: ReturnType<typeof readCassette>): Exchange[] =>
  exchanges.map(withoutLine);

const text = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({
    unit: fc.constantFrom('\n', '\r', ' ', '\t', '-', '.', '#', ':', 'a', '\u2028', '"'),
  }),
  fc.constantFrom('---', '...', 'cell#1', 'call#1.1 and container#1', 'a\n---\nb\n...\n', '\ud800'),
);
const headers = fc.dictionary(fc.stringMatching(/^[a-z-]+$/), text);
const id = fc.constantFrom(
  'msg_01abcdef',
  'srvtoolu_01abcdef',
  'toolu_01abcdef',
  'container_01abc',
);

const request = fc.record({
  method: fc.constantFrom('GET', 'POST'),
  origin: fc.constant('https://api.anthropic.com'),
  path: fc.constantFrom('/v1/messages', '/v1/messages?beta=true'),
  headers,
  body: fc.oneof(fc.jsonValue(), text),
});
const response = fc.oneof(
  fc.record({ status: fc.constant(200), headers, body: wireMessage }),
  fc.record({ status: fc.constant(529), headers, body: fc.record({ id, text, id2: id }) }),
  wireMessage.map((message) => {
    const events = messageToEvents(message, { form: 'sampled' });
    const raw = events.map((event, i) => encodeEvent(event, i % 3)).join('');
    return {
      status: 200,
      headers: {},
      stream: { raw, events },
      chunks: [[1, raw.length] as const],
    };
  }),
  fc.record({ status: fc.constant(200), headers, base64: fc.constant('/w==') }),
);
const exchange: fc.Arbitrary<Exchange> = fc
  .record({ request, response }, { requiredKeys: [] })
  .map((value) => JSON.parse(JSON.stringify(value)));

test('what is written is read again: any texts, ids, names that look like ids', () => {
  fc.assert(
    fc.property(fc.array(exchange, { maxLength: 4 }), (exchanges) => {
      fc.pre(exchanges.length > 0);
      const read = readCassette(Buffer.from(writeCassette(exchanges)).toString());
      expect(bare(read)).toEqual(exchanges);
    }),
    { numRuns: RUNS },
  );
});

test('a cassette of version 1 holds for ever what it held when it was written', () => {
  const fixture = (name: string) =>
    readFileSync(new URL(`../../fixtures/cassettes/${name}`, import.meta.url), 'utf8');
  expect(bare(readCassette(fixture('version-1.yaml')))).toEqual(
    JSON.parse(fixture('version-1.json')),
  );
});
