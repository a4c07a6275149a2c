import { once } from 'node:events';
import { connect } from 'node:net';
import { createFakeApi, scenario } from 'callsheet';
import { startServer } from 'callsheet/node';
import { expect, onTestFinished, test, vi } from 'vitest';

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

test('a client that hangs up before it has sent everything has asked for nothing', async () => {
  await using api = createFakeApi({ script: greeting });
  await using server = await startServer(api);
  const { hostname, port } = new URL(server.url);
  const socket = connect(Number(port), hostname);
  socket.write(post('/v1/messages', body).slice(0, -5));
  socket.end();
  await once(socket.resume(), 'close');
  expect(await raw(server.url, post('/v1/messages', body))).toContain('Hello.');
  expect(api.transcript.events.filter(({ type }) => type === 'request.received')).toHaveLength(1);
});

test('a client that hangs up in the middle of a response gets the same when it asks again', async () => {
  const long = 'All work and no play. '.repeat(500_000);
  const script = scenario('long', (claude) => {
    claude.onUser().says(long);
  });
  // Cut into chunks, the response waits for the client to read on.
  await using api = createFakeApi({ script, stream: { deltaLength: 50_000, chunkBytes: 20_000 } });
  await using server = await startServer(api);
  const request = post('/v1/messages', body.replace('{', '{"stream":true,'));
  const { hostname, port } = new URL(server.url);
  const socket = connect(Number(port), hostname);
  socket.write(request);
  const [first] = await once(socket.setEncoding('utf8'), 'data');
  socket.destroy();
  await once(socket, 'close');
  const id = /msg_01\w{22}/;
  const again = await raw(server.url, request);
  expect(id.exec(again)?.[0]).toBe(id.exec(first)?.[0]);
  expect(again.length).toBeGreaterThan(long.length);
});

test('a body over 32 MB gets a 413', async () => {
  await using api = createFakeApi({ script: greeting });
  await using server = await startServer(api);
  const large = JSON.stringify({ model: 'm', filler: 'x'.repeat(32 * 1024 * 1024) });
  const answer = await raw(server.url, post('/v1/messages', large));
  expect(answer).toMatch(/^HTTP\/1\.1 413 Payload Too Large\r\n/);
  expect(answer).toContain('"type":"request_too_large"');
});

test('a test that fakes every timer does not freeze it', async () => {
  await using api = createFakeApi({ script: greeting });
  await using server = await startServer(api);
  vi.useFakeTimers({ toFake: ['setImmediate', 'setTimeout', 'setInterval'] });
  onTestFinished(() => void vi.useRealTimers());
  expect(await raw(server.url, post('/v1/messages', body))).toContain('Hello.');
});

test('twenty requests that come in together get an answer each', async () => {
  await using api = createFakeApi({ script: greeting });
  await using server = await startServer(api);
  const users = Array.from({ length: 20 }, (_, n) => `Hi ${n}`);
  const answers = users.map((user) =>
    raw(server.url, post('/v1/messages', body.replace('Hi', user))),
  );
  for (const answer of await Promise.all(answers)) expect(answer).toContain('Hello.');
  const heard = api.transcript.events.flatMap((event) =>
    event.type === 'turn.started' ? event.user : [],
  );
  expect(heard.toSorted()).toEqual(users.toSorted());
});
