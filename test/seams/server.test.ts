import { once } from 'node:events';
import { connect } from 'node:net';
import { createFakeApi, scenario } from 'callsheet';
import { startServer } from 'callsheet/node';
import { expect, test } from 'vitest';

const greeting = scenario('greeting', (claude) => {
  claude.onUser().says('Hello.');
});

const body = JSON.stringify({
  model: 'm',
  max_tokens: 1,
  messages: [{ role: 'user', content: 'Hi' }],
});

/** Sends bytes as they are and returns all that comes back. */
async function raw(url: string, request: string): Promise<string> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  let answer = '';
  socket.setEncoding('utf8').on('data', (chunk) => (answer += chunk));
  socket.write(request);
  await once(socket, 'close');
  return answer;
}

const post = (path: string, payload: string): string =>
  `POST ${path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(payload)}\r\n\r\n${payload}`;

test('a raw request gets a JSON message with a request id', async () => {
  await using api = createFakeApi({ script: greeting });
  await using server = await startServer(api);
  expect(server.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  const answer = await raw(server.url, post('/v1/messages', body));
  expect(answer).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
  expect(answer).toMatch(/^content-type: application\/json\r$/im);
  expect(answer).toMatch(/^request-id: req_01\w{22}\r$/im);
  expect(answer).toContain('{"type":"text","text":"Hello."}');
});

test('a raw streamed request gets server-sent events', async () => {
  await using api = createFakeApi({ script: greeting });
  await using server = await startServer(api);
  const answer = await raw(server.url, post('/v1/messages', body.replace('{', '{"stream":true,')));
  expect(answer).toMatch(/^content-type: text\/event-stream; charset=utf-8\r$/im);
  expect(answer).toContain('event: message_start\ndata: {"type":"message_start"');
  expect(answer).toContain('event: ping\ndata: {"type": "ping"}\n\n');
  expect(answer).toContain('event: message_stop\ndata: {"type":"message_stop"}\n\n');
});

test('broken JSON gets a 400 and an unknown path a 404, both in the API’s shape', async () => {
  await using api = createFakeApi({ script: greeting });
  await using server = await startServer(api);
  const broken = await raw(server.url, post('/v1/messages', '{"model":'));
  expect(broken).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n/);
  expect(broken).toContain('"type":"invalid_request_error"');
  const unknown = await raw(server.url, post('/v1/nowhere', '{}'));
  expect(unknown).toMatch(/^HTTP\/1\.1 404 Not Found\r\n/);
  expect(unknown).toContain('"type":"not_found_error"');
});

test('a port that is taken is an error', async () => {
  await using api = createFakeApi({ script: greeting });
  await using server = await startServer(api);
  const port = Number(new URL(server.url).port);
  await expect(startServer(api, { port })).rejects.toMatchObject({ code: 'EADDRINUSE' });
});
