/** One session, however recorders keep it. */
import { readFileSync } from 'node:fs';
import { deflateRawSync, gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { encodeEvent, messageToEvents } from '../../protocol/stream.ts';
import { readRecording } from './read-recording.ts';

const fixture = new URL('../../../fixtures/recordings/exchange-list.json', import.meta.url);
const session = readRecording(readFileSync(fixture, 'utf8')).exchanges;
const requests = session.map(({ request }) => JSON.stringify(request?.body));
const responses = session.map(({ response }) => JSON.stringify(response.body));
const URI = 'https://api.anthropic.com/v1/messages';
const JSON_TYPE = { 'content-type': ['application/json'] };

/** Both exchanges, each made by a function of its request's and its response's text. */
const each = (make: (request: string, response: string) => unknown): unknown[] =>
  session.map((_, i) => make(requests[i]!, responses[i]!));
const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');
const json = (value: unknown): string => JSON.stringify(value);
/** VCR, in the JSON that is YAML, too. */
const vcr = (body: (text: string) => unknown, headers: object = JSON_TYPE, response: object = {}) =>
  json({
    interactions: each((request, text) => ({
      request: { method: 'POST', uri: URI, headers: {}, body: request },
      response: { status: { code: 200 }, headers, body: body(text), ...response },
    })),
  });
const har = (content: (text: string) => object, headers: object[] = []) =>
  json({
    log: {
      entries: each((request, text) => ({
        request: { method: 'POST', url: URI, headers: [], postData: { text: request } },
        response: { status: 200, headers, content: content(text) },
      })),
    },
  });
const packed = { ...JSON_TYPE, 'Content-Encoding': ['GZIP'] };
const pair = (names: readonly [string, string], also: object = {}) =>
  json(each((q, r) => ({ [names[0]]: JSON.parse(q), [names[1]]: JSON.parse(r), ...also })));

test.each<[string, string]>([
  [
    'base64 told by its encoding',
    vcr((text) => ({ encoding: 'base64', string: base64(Buffer.from(text)) })),
  ],
  [
    'packed, as its header says',
    vcr((text) => ({ base64_string: base64(gzipSync(text)) }), packed),
  ],
  ['packed, and no header says so', vcr((text) => ({ base64_string: base64(gzipSync(text)) }))],
  [
    'deflate without a head',
    vcr((text) => ({ base64_string: base64(deflateRawSync(text)) }), {
      ...JSON_TYPE,
      'content-encoding': ['deflate'],
    }),
  ],
  [
    'unpacked, and a header says otherwise',
    vcr((text) => ({ base64_string: base64(Buffer.from(text)) }), {
      ...JSON_TYPE,
      'content-encoding': ['br'],
    }),
  ],
  ['a body by itself', vcr((text) => text)],
  ['an object of Python', vcr((text) => ({ state: [text, 0, null] }))],
  [
    'Go: url, code and a status in words',
    json({
      interactions: each((request, response) => ({
        request: { method: 'POST', url: URI, headers: {}, body: request },
        response: { code: 200, status: '200 OK', headers: JSON_TYPE, body: response },
      })),
    }),
  ],
  [
    'httpx: a status code and a content',
    json({
      interactions: each((request, content) => ({
        request: { method: 'POST', uri: URI, headers: {}, body: request },
        response: { status_code: 200, headers: JSON_TYPE, content },
      })),
    }),
  ],
  ['a status that is text', vcr((string) => ({ string })).replaceAll('"code":200', '"code":"200"')],
  [
    'Ruby: bytes by its own tag',
    vcr((text) => `BYTES${base64(Buffer.from(text))}`).replace(/"BYTES([^"]*)"/g, '!binary $1'),
  ],
  ['behind a byte order mark', `\uFEFF${vcr((string) => ({ string }))}`],
  ['with the ends of lines of Windows', vcr((string) => ({ string })).replaceAll(',', ',\r\n')],
  ['HAR', har((text) => ({ text }))],
  ['HAR in base64', har((text) => ({ text: base64(Buffer.from(text)), encoding: 'base64' }))],
  [
    'HAR, packed',
    har(
      (text) => ({ text: base64(gzipSync(text)), encoding: 'base64' }),
      [{ name: 'content-encoding', value: 'gzip' }],
    ),
  ],
  ['pairs called input and output', pair(['input', 'output'])],
  ['pairs called req and res', pair(['req', 'res'])],
  ['bodies with a status beside', pair(['requestBody', 'responseBody'], { statusCode: 200 })],
  [
    'bodies in pieces',
    json(
      each((request, response) => ({
        request: { url: URI, body: request },
        response: { status: 200, body: response.match(/.{1,50}/gs) },
      })),
    ),
  ],
  [
    'nock',
    json(
      each((body, response) => ({
        scope: 'https://api.anthropic.com:443',
        method: 'POST',
        path: '/v1/messages',
        body: JSON.parse(body),
        status: 200,
        response: JSON.parse(response),
        rawHeaders: ['Content-Type', 'application/json'],
      })),
    ),
  ],
  [
    'nock, packed',
    json(
      each((body, response) => ({
        scope: 'https://api.anthropic.com:443',
        method: 'POST',
        path: '/v1/messages',
        body,
        status: 200,
        response: [gzipSync(response).toString('hex')],
        rawHeaders: { 'content-encoding': 'gzip' },
      })),
    ),
  ],
  [
    'stubs of WireMock',
    json({
      mappings: each((equalToJson, jsonBody) => ({
        request: { method: 'POST', urlPath: '/v1/messages', bodyPatterns: [{ equalToJson }] },
        response: { status: 200, jsonBody: JSON.parse(jsonBody) },
      })),
    }),
  ],
])('%s', (_, text) => {
  const { exchanges } = readRecording(text);
  expect(exchanges.map(({ response }) => response.body)).toEqual(
    session.map(({ response }) => response.body),
  );
  expect(exchanges.map(({ request }) => request?.body)).toEqual(
    session.map(({ request }) => request?.body),
  );
});

const events = messageToEvents(JSON.parse(responses[0]!), { form: 'sampled' });
const stream = events.map((event) => encodeEvent(event)).join('');
const lines = stream.match(/(?<=^data: ).*$/gm)!;

test.each<[string, string]>([
  ['in pieces', json(stream.match(/.{1,50}/gs))],
  ['with the end that other APIs have', `${stream}data: [DONE]\n\n`],
  ['with comments', `: hello\n\n${stream.replaceAll('\n\n', '\n\n: ping\n\n')}`],
  ['its lines ended by CR alone', stream.replaceAll('\n', '\r')],
  [
    'with its head',
    `HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nRequest-Id: req_1\r\n\r\n${stream}`,
  ],
  [
    'events with their data',
    lines.map((line) => json({ event: 'x', data: JSON.parse(line) })).join('\n'),
  ],
  ['events with their data as text', lines.map((data) => json({ event: 'x', data })).join('\n')],
  [
    'printed in a notebook',
    json({
      nbformat: 4,
      cells: [{ outputs: [{ text: ['Hi'] }, { text: stream.split(/(?<=\n)/) }] }],
    }),
  ],
])('a stream %s', (_, text) => {
  const [exchange, second] = readRecording(text).exchanges;
  expect(second).toBeUndefined();
  expect(exchange?.response.stream?.events).toEqual(events.map((event) => JSON.parse(json(event))));
});

test('what is cut is a stream as far as it came', () => {
  const at = stream.indexOf('content_block_delta') + 60;
  const [exchange] = readRecording(stream.slice(0, at)).exchanges;
  expect(exchange?.response.stream?.raw).toBe(stream.slice(0, at));
  const whole = exchange!.response.stream!.events;
  expect(whole.length).toBeGreaterThan(1);
  expect(whole).toEqual(events.slice(0, whole.length).map((event) => JSON.parse(json(event))));
  const cutLines = lines.join('\n').slice(0, -10);
  const [ofLines] = readRecording(cutLines).exchanges;
  expect(ofLines?.response.stream?.events).toHaveLength(lines.length - 1);
});

test.each<[string, string, string]>([
  [
    'aliases of aliases',
    `a: &a [x, x]\n${'bcdefghijklmnop'.replace(/./g, (name, i: number) => `${name}: &${name} [*${'abcdefghijklmnop'[i]}, *${'abcdefghijklmnop'[i]}]\n`)}`,
    'its YAML cannot be read',
  ],
  ['nesting without end', '['.repeat(50_000) + ']'.repeat(50_000), ''],
  [
    'a cut line',
    each((q, r) => json({ request: JSON.parse(q), response: JSON.parse(r) }))
      .join('\n')
      .slice(0, -9),
    'line 2 is cut',
  ],
  ['cut JSON', json(responses).slice(0, -9), 'it begins as JSON'],
  [
    'no address',
    vcr((string) => ({ string })).replaceAll(URI, 'http://[a'),
    'no address: http://[a',
  ],
  [
    'a body in zstd',
    vcr(() => ({ base64_string: base64(Buffer.from('28b52ffd00', 'hex')) })),
    'a body',
  ],
])('%s is an error of one line', (_, text, reason) => {
  expect(() => readRecording(text)).toThrow(
    expect.objectContaining({
      name: 'RecordingError',
      message: expect.stringMatching(/^.*$/),
      reason: expect.stringContaining(reason),
    }),
  );
});
