import { readFileSync } from 'node:fs';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { eventsToMessage } from '../../protocol/accumulate.ts';
import { readRecording } from './read-recording.ts';
import { RecordingError, type Recording } from './recording.ts';

const FIXTURES = new URL('../../../fixtures/recordings/', import.meta.url);
const fixture = (name: string): string => readFileSync(new URL(name, FIXTURES), 'utf8');
const read = (name: string): Recording => readRecording(fixture(name));

/** An exchange in short: request line, status and what the body is. */
const lines = ({ exchanges }: Recording): string[] =>
  exchanges.map(({ request, response }) => {
    const { status, body, text, stream } = response;
    const kind = body !== undefined ? 'json' : stream ? 'stream' : text ? 'text' : 'nothing';
    return [request?.method, request?.path, status, kind].filter(Boolean).join(' ');
  });

const VCR = ['POST /v1/messages?beta=true 200 stream', 'POST /v1/messages?beta=true 200 json'];
test.each([
  ['vcr-python.yaml', 'vcr', [...VCR, 'GET /v1/files/file_01x/content?beta=true 200 text']],
  ['vcr-ruby.yaml', 'vcr', ['POST /v1/messages 200 json']],
  [
    'when-then.yaml',
    'when-then',
    [
      'POST /v1/messages?beta=true 200 stream',
      'POST /v1/messages?beta=true 400 json',
      'POST /v1/messages?beta=true 529 json',
      'POST /v1/messages?beta=true 401 json',
    ],
  ],
  [
    'exchange-list.json',
    'exchanges',
    ['POST /v1/messages?beta=true 200 json', 'POST /v1/messages?beta=true 200 json'],
  ],
  [
    'archive.har',
    'har',
    [
      'POST /v1/messages?beta=true 200 json',
      'POST /v1/messages?beta=true 200 json',
      'POST /v1/messages 200 stream',
    ],
  ],
  ['exchange-pair.json', 'exchanges', ['POST /v1/messages 404 json']],
  ['response-body.json', 'body', ['200 json']],
  ['stream.txt', 'sse', ['200 stream']],
  ['event-lines.txt', 'event-lines', ['200 stream', '200 stream', '200 stream']],
])('%s is read as %s', (name, format, exchanges) => {
  const recording = read(name);
  expect(recording.format).toBe(format);
  expect(lines(recording)).toEqual(exchanges);
});

test('the same conversation reads the same from every format', () => {
  const [, second] = read('vcr-python.yaml').exchanges;
  const [paused, done] = read('exchange-list.json').exchanges;
  const [, archived] = read('archive.har').exchanges;
  expect(archived).toMatchObject({
    request: { body: done?.request?.body },
    response: { body: done?.response.body },
    at: '2026-08-28T08:00:01.000Z',
  });
  expect(second?.response.body).toEqual(done?.response.body);
  expect(second?.request?.body).toEqual(done?.request?.body);
  expect(second?.request?.origin).toBe('https://api.anthropic.com');
  const streams = ['vcr-python.yaml', 'stream.txt', 'event-lines.txt'].map(
    (name) => read(name).exchanges[0]?.response.stream?.events ?? [],
  );
  for (const events of streams) {
    expect(eventsToMessage(events)).toEqual(paused?.response.body);
  }
});

test('header names are lower case and their values joined', () => {
  const text = JSON.stringify([
    {
      request: { method: 'get', url: '/v1/models', headers: { Accept: ['a', 'b'] } },
      response: { status: 204, headers: [{ name: 'Request-Id', value: 'req_1' }] },
    },
  ]);
  const [exchange] = readRecording(text).exchanges;
  expect(exchange?.request).toMatchObject({ method: 'GET', headers: { accept: 'a, b' } });
  expect(exchange?.response.headers).toEqual({ 'request-id': 'req_1' });
});

test('what stands unquoted in a cassette is text or number as Python and Ruby meant it', () => {
  const [exchange] = read('vcr-python.yaml').exchanges;
  expect(exchange?.request?.body).toMatchObject({
    stop_sequences: ['1e5', '0o17', 'yes', '2026-08-28'],
    temperature: 0.1,
  });
});

test('a stream keeps its text: names, blanks and all', () => {
  const text = fixture('stream.txt');
  expect(readRecording(text).exchanges[0]?.response.stream?.raw).toBe(text);
});

test('lines of event data keep the data as it was', () => {
  const [, resumed] = read('event-lines.txt').exchanges;
  const line = fixture('event-lines.txt')
    .trimEnd()
    .split('\n')
    .find((text) => /msg_01again/.test(text));
  expect(resumed?.response.stream?.raw).toContain(`event: message_start\ndata: ${line}\n\n`);
});

const vcr = (response: string): string =>
  `interactions:\n- request: {method: POST, uri: 'https://a.test/v1/messages', body: ''}\n  response: ${response}`;

test.each([
  ['gzip', gzipSync],
  ['deflate', deflateSync],
  ['br', brotliCompressSync],
])('a body packed with %s is unpacked', (encoding, pack) => {
  const base64 = pack(Buffer.from('{"a":1}')).toString('base64');
  const headers = `{Content-Encoding: [${encoding}]}`;
  const text = vcr(
    `{status: {code: 200}, headers: ${headers}, body: {string: !!binary ${base64}}}`,
  );
  expect(readRecording(text).exchanges[0]?.response.body).toEqual({ a: 1 });
});

test('the format is told by the content, whatever the file is called', () => {
  const text = fixture('when-then.yaml');
  expect(readRecording(text, { file: 'session.json' }).format).toBe('when-then');
});

test('lists of bodies, lists of events and an object around a list of exchanges are read', () => {
  const body = JSON.parse(fixture('response-body.json'));
  expect(readRecording(JSON.stringify([body, body])).exchanges).toHaveLength(2);
  const events = fixture('event-lines.txt').trimEnd().split('\n');
  expect(readRecording(`[${events.join()}]`).exchanges).toHaveLength(3);
  const wrapped = readRecording(`{"about": "x", "all": ${fixture('exchange-list.json')}}`);
  expect(wrapped.exchanges).toHaveLength(2);
});

test('a list with one exchange a line is read, and so is a response without its request', () => {
  const list: unknown[] = JSON.parse(fixture('exchange-list.json'));
  const text = list.map((exchange) => JSON.stringify(exchange)).join('\n');
  expect(readRecording(text).exchanges).toHaveLength(2);
  const [alone] = readRecording('{"response": {"status": 500, "body": "Oops"}}').exchanges;
  expect(alone).toEqual({ response: { status: 500, headers: {}, text: 'Oops' } });
});

test('a stream of another API in a cassette is text', () => {
  const sse = 'data: {\\"object\\": \\"chunk\\"}\\n\\ndata: [DONE]\\n\\n'.replaceAll('\\\\', '\\');
  const headers = '{content-type: [text/event-stream]}';
  const text = vcr(`{status: {code: 200}, headers: ${headers}, body: {string: "${sse}"}}`);
  const [exchange] = readRecording(text).exchanges;
  expect(exchange?.response.text).toBe('data: {"object": "chunk"}\n\ndata: [DONE]\n\n');
});

test('a stream that lost its blank lines is read line by line', () => {
  const text = fixture('stream.txt');
  const [whole] = readRecording(text).exchanges;
  const [packed] = readRecording(text.replaceAll('\n\n', '\n')).exchanges;
  expect(packed?.response.stream?.events).toEqual(whole?.response.stream?.events);
});

test('a bare error body has the status of its type', () => {
  const body = { type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } };
  expect(readRecording(JSON.stringify(body)).exchanges[0]?.response.status).toBe(529);
});

function failure(text: string): RecordingError {
  try {
    readRecording(text, { file: 'some.file' });
  } catch (error) {
    if (error instanceof RecordingError) return error;
  }
  throw new Error('This was read.');
}

test.each([
  ['', 'it is empty'],
  ['\0\0', 'it is not text'],
  ['# A heading\n\nText: more.\n', 'it is none of'],
  ['{"messages": [1, 2]}', 'its JSON holds neither'],
  ['[]', 'its JSON holds neither'],
  ['{"a": 1}\n{"b": 2}\n', 'its JSON holds neither'],
  ['key: [unclosed', 'it is none of'],
  ['interactions: []', 'it is none of'],
  ['interactions: [{name: a click}]', 'it is none of'],
  ['data: {"type": "response.created"}\n\ndata: [DONE]\n\n', 'it is none of'],
  ['id: 7\nname: some YAML\n', 'it is none of'],
  ['{"response": {"fine": true}}', 'its JSON holds neither'],
])('%j is no recording', (text, reason) => {
  expect(failure(text)).toMatchObject({
    code: 'format.unknown',
    reason: expect.stringContaining(reason),
    message: expect.stringContaining('Failed to read "some.file" as a recording: '),
  });
});

test.each([
  ['interactions:\n- request: {', 'it is no valid YAML'],
  ['interactions:\n- response: {}', 'interaction 1 has no request'],
  [vcr('{body: {string: x}}'), 'the response of interaction 1 has no status'],
  [
    vcr('{status: {code: 200}, headers: {content-type: [application/json]}, body: {string: "{"}}'),
    'is no JSON',
  ],
  [
    vcr('{status: {code: 200}, headers: {content-encoding: [br]}, body: {string: !!binary AAAA}}'),
    'a body cannot be unpacked as br',
  ],
  ['when: {path: /}\nthen: {}', 'document 1 has no status'],
  ['when: {path: /}\nthen: {status: 200}\n---\nwhen: {}', 'document 2 has no when or no then'],
  ['[{"request": {}, "response": {}}]', 'the response of exchange 1 has no status'],
  [
    'event: message_start\ndata: nothing\n\n',
    "an event's data is no JSON object with a type: nothing",
  ],
])('%j is a broken recording', (text, reason) => {
  expect(failure(text)).toMatchObject({
    code: 'recording.broken',
    reason: expect.stringContaining(reason),
  });
});
