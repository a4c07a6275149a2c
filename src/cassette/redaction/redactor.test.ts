import fc from 'fast-check';
import { expect, test } from 'vitest';
import { accumulate } from '../../protocol/accumulate.ts';
import { encodeEvent, messageToEvents } from '../../protocol/stream.ts';
import { growth } from '../../../test/support/growth.ts';
import { first, head, second } from '../../../test/support/recorded-session.ts';
import type { WireMessage } from '../../protocol/wire-message.ts';
import { messageIn, wireText } from '../body.ts';
import type { Exchange, RecordedResponse } from '../exchange.ts';
import { writeCassette } from '../write-cassette.ts';
import { createRedactor } from './redactor.ts';

const RUNS = Number(process.env['REDACTION_RUNS'] ?? 40);
const KEY = 'sk-ant-api03-AbCdEf0123456789_-xyz';

const asked = (body: unknown, headers = {}): Exchange => ({ request: { ...head, headers, body } });
const answered = (text: string): WireMessage => ({ ...second, content: [{ type: 'text', text }] });

function streamed(message: WireMessage, deltaLength: number): RecordedResponse {
  const events = messageToEvents(message, { form: 'sampled', deltaLength });
  const raw = events.map((event) => encodeEvent(event)).join('');
  return {
    status: 200,
    headers: {},
    stream: { raw, events },
    chunks: [
      [1, 40],
      [2, raw.length - 40],
    ],
  };
}

test('credentials leave their headers, and every other place where they stand', () => {
  const exchange = asked(`my key is ${KEY}`, {
    authorization: `Bearer ${KEY}`,
    'x-api-key': 'test',
    cookie: 'a=b',
    'user-agent': 'test',
  });
  expect(createRedactor().exchange(exchange).request).toEqual({
    ...head,
    headers: {
      authorization: 'Bearer [redacted:credential#1]',
      'x-api-key': '[redacted:credential#2]',
      'user-agent': 'test',
    },
    body: 'my key is [redacted:credential#1]',
  });
});

test('equal secrets get equal placeholders, in the order in which they come up', () => {
  const redactor = createRedactor({ secrets: ['hunter2'] });
  const redact = (body: unknown) => redactor.exchange(asked(body)).request?.body;
  expect(redact(['ann@example.org', 'bob@example.org', 'hunter2'])).toEqual([
    '[redacted:email#1]',
    '[redacted:email#2]',
    '[redacted:secret#1]',
  ]);
  expect(redact({ 'bob@example.org': 'to bob@example.org or [redacted:email#3]' })).toEqual({
    '[redacted:email#2]': 'to [redacted:email#2] or [redacted:email#3]',
  });
  expect(redact('eve@example.org')).toBe('[redacted:email#4]');
});

test('secrets and placeholders by the thousand take linear time', () => {
  const redact = (count: number) => {
    const body = Array.from({ length: count }, (_, i) => `u${i}@example.org [redacted:email#${i}]`);
    const redactor = createRedactor();
    const redacted = redactor.exchange(asked(body.join(' '))).request?.body;
    expect(redacted).toContain(`[redacted:email#${2 * count - 1}]`);
    expect(redactor.exchange(asked(redacted)).request?.body).toBe(redacted);
  };
  expect(growth(redact, 5000)).toBeLessThan(8);
});

test('a placeholder that is there already is not given to another secret', () => {
  const body = { said: '[redacted:email#1]', to: 'ann@example.org' };
  expect(createRedactor().exchange(asked(body)).request?.body).toEqual({
    said: '[redacted:email#1]',
    to: '[redacted:email#2]',
  });
});

test('escapes hide nothing, and what stands around a secret stays as it is', () => {
  const json = JSON.stringify({ mail: 'x\nme@example.org', note: 'keep "this"' });
  const body = {
    content: json,
    again: JSON.stringify(json),
    unicode: '{"k": "s\\u006b-ant-\\u0061bcdefgh"}',
  };
  expect(createRedactor().exchange(asked(body)).request?.body).toEqual({
    content: json.replace('me@example.org', '[redacted:email#1]'),
    again: JSON.stringify(json).replace('me@example.org', '[redacted:email#1]'),
    unicode: '{"k": "[redacted:anthropic-key#1]"}',
  });
});

test('a number that is registered becomes a text, so that JSON stays JSON', () => {
  const input = { pin: 4711471147114711, other: 12 };
  const call = { ...first.content[1]!, caller: { type: 'direct' }, input };
  const response = streamed({ ...first, content: [call] }, 3);
  const redactor = createRedactor({ secrets: ['4711471147114711'] });
  const { request, response: redacted } = redactor.exchange({ ...asked(input), response });
  const expected = { pin: '[redacted:secret#1]', other: 12 };
  expect(request?.body).toEqual(expected);
  expect(messageIn(redacted!)?.content[0]?.['input']).toEqual(expected);
});

test('patterns of the user count, built-in ones can be turned off', () => {
  const redactor = createRedactor({ patterns: { ticket: /T-\d+/, email: false } });
  expect(redactor.exchange(asked('T-12 of ann@example.org')).request?.body).toBe(
    '[redacted:ticket#1] of ann@example.org',
  );
  expect(() => createRedactor({ patterns: { 'A b': /x/ } })).toThrow(/not "A b"/);
});

test('code that only looks like an address keeps running', () => {
  const body = 'y = a@b.sum()\nz = x @ w.T\n@app.route("/")\ndef f(): ...';
  expect(createRedactor().exchange(asked(body)).request?.body).toBe(body);
});

test('of a stream only the secret changes; its pieces move along', () => {
  const plain = streamed(answered('Write to ann@example.org today.'), 5);
  const redacted = createRedactor().exchange({ response: plain }).response!;
  expect(messageIn(redacted)?.content).toEqual([
    { type: 'text', text: 'Write to [redacted:email#1] today.' },
  ]);
  const events = (response: RecordedResponse) => response.stream!.events.map(({ type }) => type);
  expect(events(redacted)).toEqual(events(plain));
  const bytes = redacted.chunks!.reduce((sum, [, size]) => sum + size, 0);
  expect(bytes).toBe(Buffer.byteLength(redacted.stream!.raw));
  expect(redacted.chunks![0]).toEqual([1, 40]);
});

test('a stream that was cut in the middle of a secret shows nothing of it', () => {
  const secret = 'correct horse battery staple';
  const whole = streamed(answered(`It is ${secret}.`), 4).stream!;
  const cutAt = whole.raw.indexOf('batt') + 20;
  const raw = whole.raw.slice(0, cutAt);
  const response = { status: 200, headers: {}, stream: { raw, events: whole.events.slice(0, 6) } };
  const redacted = createRedactor({ secrets: [secret] }).exchange({
    response,
    ended: { by: 'client' },
  });
  expect(redacted.response?.stream?.raw).not.toMatch(/corr|hors|batt/);
});

/** Every text in a value; texts that are JSON are opened too. */
function textsIn(value: unknown): string[] {
  if (typeof value === 'string') {
    try {
      const inner: unknown = JSON.parse(value);
      return typeof inner === 'number' ? [value] : [value, ...textsIn(inner)];
    } catch {
      return [value];
    }
  }
  if (typeof value !== 'object' || value === null) return [String(value)];
  return Object.entries(value).flatMap(([key, field]) => [key, ...textsIn(field)]);
}

const word = fc.stringMatching(/^[A-Za-z0-9]{12,20}$/);
const builtIn = fc.oneof(
  word.map((tail) => `sk-ant-${tail}`),
  word.map((tail) => `ghp_${tail}${tail}`),
  word.map((name) => `${name}@example.org`),
  fc.tuple(word, word).map(([a, b]) => `eyJ${a}.eyJ${b}.${a}`),
);
const registered = fc
  .string({
    unit: fc.constantFrom(...Array.from('"\\/\n\tü€😀 abcXYZ019{}:,')),
    minLength: 8,
    maxLength: 30,
  })
  .filter((secret) => /[a-zA-Z0-9]{4}/.test(secret) && secret.trim() === secret);
const around = fc.string({
  unit: fc.constantFrom(...Array.from('"\\/\n ü€😀.,:;{}[')),
  maxLength: 8,
});

/** JSON with some of its characters written as escapes. */
function escapedJson(value: unknown, every: number): string {
  let n = 0;
  const escape = (character: string): string =>
    ++n % every === 0 ? `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}` : character;
  return JSON.stringify(value).replaceAll(/[a-zA-Z0-9@]/g, escape);
}

test('whatever the secret, wherever it stands, however it is escaped and split: it is not in the cassette', () => {
  fc.assert(
    fc.property(
      fc.oneof(builtIn, registered),
      fc.tuple(around, around),
      fc.nat({ max: 2 }),
      fc.integer({ min: 3, max: 12 }),
      fc.integer({ min: 1, max: 7 }),
      (secret, [before, after], depth, every, deltaLength) => {
        let text = `${before} ${secret} ${after}`;
        for (let i = 0; i < depth; i++) text = escapedJson({ note: text, n: 1 }, every);
        const input = { code: text, [text]: [text] };
        const block = { type: 'tool_use', id: 'toolu_01abcdef', name: 'send', input };
        const message = { ...answered(text), content: [{ type: 'text', text }, block] };
        const exchanges: Exchange[] = [
          {
            request: {
              ...head,
              body: { system: text, messages: [{ role: 'user', content: text }] },
            },
            response: streamed(message, deltaLength),
          },
          {
            request: { ...head, body: input },
            response: { status: 200, headers: {}, body: message },
          },
          { response: { status: 500, headers: { note: secret }, text } },
          { request: { ...head, body: 1 }, ended: { by: 'upstream', message: text } },
        ];
        const redactor = createRedactor({ secrets: [secret] });
        const redacted = exchanges.map((exchange) => redactor.exchange(exchange));
        const written = writeCassette(redacted);
        expect(written.includes(secret)).toBe(false);
        for (const { response } of redacted) {
          const added = response?.stream && accumulate(response.stream.events);
          if (response?.stream) expect(added?.state).toBe('complete');
          const shown = [added?.message, response && wireText(response)];
          for (const each of textsIn([redacted, shown])) expect(each).not.toContain(secret);
        }
      },
    ),
    { numRuns: RUNS },
  );
});

test('percent escapes hide nothing: in addresses, forms, headers and texts of JSON', () => {
  const secret = 'wörd/42 "x"';
  const escaped = encodeURIComponent(secret);
  const redactor = createRedactor({ secrets: [secret] });
  const link = `https://a.example/?q=${escaped}&to=ann%40example.org&left=100%25%zz`;
  const clean = 'https://a.example/?q=[redacted:secret#1]&to=[redacted:email#1]&left=100%25%zz';
  const { request } = redactor.exchange({
    request: {
      method: 'GET',
      path: `/x?q=${escaped}`,
      headers: { referer: link },
      text: `q=${escaped}`,
    },
  });
  expect(request).toEqual({
    method: 'GET',
    path: '/x?q=[redacted:secret#1]',
    headers: { referer: clean },
    text: 'q=[redacted:secret#1]',
  });
  const json = JSON.stringify({ link });
  expect(redactor.exchange(asked({ json })).request?.body).toEqual({
    json: JSON.stringify({ link: clean }),
  });
});
