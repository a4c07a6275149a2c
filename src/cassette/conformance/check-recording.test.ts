import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { accumulate } from '../../protocol/accumulate.ts';
import { readServerSentEvents } from '../../protocol/sse.ts';
import { readRecording } from '../import/read-recording.ts';
import type { AnsweredExchange } from '../exchange.ts';
import { followsFromRequest, knownModels } from './check-error.ts';
import { checkRecording, type Witnesses } from './check-recording.ts';

const FIXTURES = new URL('../../../fixtures/recordings/', import.meta.url);
const fixture = (name: string): string => readFileSync(new URL(name, FIXTURES), 'utf8');
const check = (text: string, others: Partial<Witnesses> = {}) =>
  checkRecording(readRecording(text), { ...agreeing, ...others });

const errorBody = (type: string, message: string): object => ({
  type: 'error',
  error: { type, message },
});
const exchange = (
  status: number,
  type: string,
  message: string,
  model = 'm',
): AnsweredExchange => ({
  request: { method: 'POST', path: '/v1/messages', headers: {}, body: { model } },
  response: { status, headers: {}, body: errorBody(type, message) },
});

/** Witnesses that see and say what callsheet does. */
const agreeing: Witnesses = {
  readBySdk: async (text) => {
    const read = accumulate(readServerSentEvents(text).map(({ data }) => JSON.parse(data)));
    return read.state === 'failed' ? { error: { error: read.error } } : { message: read.message };
  },
  askFake: async ({ body }, { key, models }) => {
    const { model, temperature } = body as { model: string; temperature?: number };
    const refuse = (status: number, type: string, message: string) => ({
      status,
      body: errorBody(type, message),
    });
    if (key !== 'valid') return refuse(401, 'authentication_error', 'API key is invalid.');
    if (!models.includes(model)) return refuse(404, 'not_found_error', `model: ${model}`);
    if (temperature === undefined || temperature >= 0) return { status: 200, body: {} };
    return refuse(400, 'invalid_request_error', 'temperature: range: 0..1');
  },
};

test.each(['vcr-python.yaml', 'when-then.yaml', 'exchange-pair.json', 'response-body.json'])(
  'nothing differs in %s',
  async (name) => {
    expect(await check(fixture(name))).toMatchObject({ differences: [] });
  },
);

test('a recording with requests is a session, one without has responses only', async () => {
  expect(await check(fixture('exchange-pair.json'))).toMatchObject({ kind: 'session' });
  expect(await check(fixture('stream.txt'))).toMatchObject({ kind: 'responses only' });
});

test('what was looked at is counted', async () => {
  expect((await check(fixture('when-then.yaml'))).counts).toEqual({
    exchanges: 4,
    requests: 1,
    bodies: 3,
    streams: 1,
    errors: 2,
  });
});

test('an error the fake does not give is a difference in the exchange that has it', async () => {
  const askFake = async () => ({ status: 200, body: {} });
  const { differences } = await check(fixture('exchange-pair.json'), { askFake });
  expect(differences).toMatchObject([
    { exchange: 1, check: 'error', path: 'status', message: 'recorded 404, the fake 200' },
    { path: 'error' },
  ]);
});

test('a text that the API has reworded since is no difference', async () => {
  const text = fixture('when-then.yaml').replace('API key is invalid.', 'invalid x-api-key');
  expect((await check(text)).differences).toEqual([]);
});

test('another message in the SDK is a difference with its path', async () => {
  const readBySdk: Witnesses['readBySdk'] = async (text) => {
    const read = await agreeing.readBySdk(text);
    return JSON.parse(JSON.stringify(read).replaceAll('Reading bed 1.', 'Reading bed 2.'));
  };
  expect((await check(fixture('stream.txt'), { readBySdk })).differences).toMatchObject([
    {
      check: 'stream',
      path: 'content.0.text',
      message: 'callsheet "Reading bed 1.", the SDK "Reading bed 2."',
    },
  ]);
});

test('what the SDK drops of the wire is a note', async () => {
  const readBySdk: Witnesses['readBySdk'] = async (text) => {
    const read = await agreeing.readBySdk(text);
    return JSON.parse(JSON.stringify(read), (key, value) =>
      key === 'container' ? undefined : value,
    );
  };
  const { differences, notes } = await check(fixture('stream.txt'), { readBySdk });
  expect(differences).toEqual([]);
  expect(notes).toEqual([{ exchange: 1, message: 'the SDK drops container' }]);
});

test('a stream that neither side takes for a message is noted as cut', async () => {
  const cut = fixture('stream.txt').replace(/event: message_stop[^]*/, '');
  const readBySdk = async () => ({ error: new Error('ended') });
  const { differences, notes } = await check(cut, { readBySdk });
  expect(differences).toEqual([]);
  expect(notes).toEqual([{ exchange: 1, message: 'the stream is cut before message_stop' }]);
});

test('a delta of an unknown type is a difference', async () => {
  const text = fixture('stream.txt').replaceAll('text_delta', 'new_delta');
  const { differences } = await check(text);
  expect(differences[0]).toMatchObject({
    check: 'stream',
    message: expect.stringContaining('of an unknown type: {"type":"content_block_delta"'),
  });
});

test('a block that is not as the API sends it is a difference', async () => {
  const text = fixture('response-body.json').replace('"text": "Friday."', '"text": 5');
  expect((await check(text)).differences).toMatchObject([
    { check: 'body', path: 'content.5.text' },
  ]);
});

test('a request the API accepted and callsheet does not is a difference', async () => {
  const text = fixture('exchange-list.json').replace('"max_tokens": 512', '"max_tokens": "many"');
  expect((await check(text)).differences).toMatchObject([
    { exchange: 1, check: 'request', path: 'max_tokens' },
  ]);
});

test('a request the API accepted and the fake does not is a difference', async () => {
  const askFake = async () => ({ status: 400, body: errorBody('invalid_request_error', 'No.') });
  const { differences } = await check(fixture('exchange-list.json'), { askFake });
  // The second request names a container, which the fake cannot know.
  expect(differences).toEqual([
    {
      exchange: 1,
      check: 'request',
      path: '',
      message: 'the API accepted it, the fake does not: 400, No.',
    },
  ]);
});

test.each([
  [400, 'invalid_request_error', 'max_tokens: Field required', true],
  [401, 'authentication_error', 'API key is invalid.', true],
  [404, 'not_found_error', 'model: m', true],
  [404, 'not_found_error', 'File not found: file_1', false],
  [400, 'invalid_request_error', 'Your credit balance is too low.', false],
  [401, 'authentication_error', 'Invalid bearer token', false],
  [429, 'rate_limit_error', 'Too many.', false],
  [529, 'overloaded_error', 'Overloaded', false],
])('whether %i %s "%s" follows from its request: %j', (status, type, message, follows) => {
  expect(followsFromRequest(exchange(status, type, message))).toBe(follows);
});

test('the models known are all that requests name, but those answered as unknown', () => {
  const exchanges = [
    exchange(404, 'not_found_error', 'model: gone', 'gone'),
    exchange(400, 'invalid_request_error', 'x', 'here'),
    exchange(404, 'not_found_error', 'model: gone', 'gone'),
  ];
  expect(knownModels(exchanges)).toEqual(['here']);
});
