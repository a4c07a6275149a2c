import { expect, test } from 'vitest';
import { encodeEvent, messageToEvents } from '../../protocol/stream.ts';
import {
  callUse,
  goOn,
  head,
  answers,
  question,
  second,
  session,
} from '../../../test/support/recorded-session.ts';
import type { Exchange } from '../exchange.ts';
import { readCassette, type CassetteExchange } from '../read-cassette.ts';
import { writeCassette } from '../write-cassette.ts';
import { migrate } from './migrate.ts';

function withoutLine(recorded: CassetteExchange): Exchange {
  const { line: _, ...exchange } = recorded;
  return exchange;
}

const bare = (text: string): Exchange[] => readCassette(text).exchanges.map(withoutLine);

test('a request says only what it adds, ids have short names, and code is a block', () => {
  const [, continued = ''] = writeCassette(session).split('...\n');
  expect(writeCassette(session)).toContain(
    '          code: |\n            rows = await fetch_rows({})\n            print(rows)\n',
  );
  expect(continued).toContain(`
  continues: message#1
  body:
    container: container#1
    messages:
      - message#1
      - role: user
        content:
          - type: tool_result
            tool_use_id: call#1.1
            content: "7"
response:`);
  expect(bare(writeCassette(session))).toEqual(session);
});

test('a history that was sent back changed is written as it was sent', () => {
  const changed = [question, { role: 'assistant', content: [callUse] }, answers];
  const exchanges = [
    session[0]!,
    { ...session[1]!, request: { ...head, body: { ...goOn, messages: changed } } },
  ];
  const text = writeCassette(exchanges);
  expect(text).toContain('    messages:\n      - role: assistant\n');
  expect(bare(text)).toEqual(exchanges);
});

test('what was read can be written again', () => {
  const text = writeCassette(session);
  expect(writeCassette(readCassette(text).exchanges)).toBe(text);
});

test('cassettes can be joined, and a document that was cut takes no other with it', () => {
  const text = writeCassette(session);
  const joined = `${text}${text.slice(0, 300)}\n${text}`;
  expect(() => readCassette(joined, { file: 'a.yaml' })).toThrow(
    /^a\.yaml:\d+: the exchange that begins here is cut/,
  );
  const { exchanges, cut } = readCassette(joined, { cut: 'leave out' });
  expect(exchanges).toHaveLength(4);
  expect(cut).toHaveLength(1);
});

test('every beginning of a cassette holds the exchanges that had been written by then', () => {
  const text = writeCassette(session);
  const end = text.indexOf('...\n') + 3;
  for (let length = 20; length < text.length; length += 7) {
    const { exchanges } = readCassette(text.slice(0, length), { cut: 'leave out' });
    expect(exchanges).toHaveLength(length < end ? 0 : length < text.length - 1 ? 1 : 2);
  }
});

const whole = writeCassette(session);
test.each([
  ['', 'cassette: not a cassette: it has no `cassette` key'],
  ['scenario: a\nturns: []\n', 'cassette: not a cassette: it has no `cassette` key'],
  [
    whole.replaceAll('cassette: 1', 'cassette: 9'),
    'cassette:1: a cassette of version 9; this callsheet reads up to version 1: update it',
  ],
  [whole.replace('status: 200', 'status: ok'), /^cassette:1: `response.status`: /],
  [whole.replace('  method: POST', '  methd: POST'), /^cassette:1: /],
  [whole.replace('url:', 'url: ['), /^cassette:\d+: /],
  [
    whole.slice(whole.indexOf('...\n') + 5),
    /^cassette:1: it continues msg_01first, or names a message, that no exchange before it brought$/,
  ],
])('%#: what is no cassette is one line with the place', (text, expected) => {
  expect(() => readCassette(text)).toThrow(expected);
});

test('a stream is kept to the byte, and an edited body wins over it', () => {
  const events = messageToEvents(second, { form: 'sampled', deltaLength: 3 });
  const raw = events.map((event, i) => encodeEvent(event, i % 16)).join('');
  const response = {
    status: 200,
    headers: {},
    stream: { raw, events },
    chunks: [[5, 10] as const],
  };
  const text = writeCassette([{ response }]);
  expect(readCassette(text).exchanges[0]?.response?.stream?.raw).toBe(raw);
  const edited = readCassette(text.replace('        text: Seven.', '        text: Eight.'));
  const { stream } = edited.exchanges[0]?.response ?? {};
  expect(stream?.raw).toContain('"text":"Eight."');
  expect(stream?.raw).not.toContain('Sev');
});

test('an older document is brought to the present version step by step', () => {
  const steps = {
    1: (document: object) => ({ ...document, cassette: 2, added: true }),
    2: (document: object) => ({ ...document, cassette: 3 }),
  };
  expect(migrate({ cassette: 1, at: 'x' }, steps, 3)).toEqual({
    cassette: 3,
    at: 'x',
    added: true,
  });
  expect(migrate({ cassette: 0 }, steps, 3)).toBeUndefined();
});
