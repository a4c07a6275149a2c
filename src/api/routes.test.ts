import { expect, test } from 'vitest';
import { fake, says, send, user } from '../../test/support/conversation.ts';

const ORIGIN = 'https://api.anthropic.com';

test('a route that is not served is a 404 that lists those that are [route.unknown]', async () => {
  const { api } = fake([]);
  const response = await api.fetch(`${ORIGIN}/v1/batches?limit=1`);
  expect(response.status).toBe(404);
  expect(await response.json()).toEqual({
    type: 'error',
    error: {
      type: 'not_found_error',
      message:
        'callsheet does not serve GET /v1/batches?limit=1; it serves POST /v1/messages, POST /v1/messages/count_tokens, GET /v1/models, GET /v1/models/:id, POST /v1/files, GET /v1/files, GET /v1/files/:id, DELETE /v1/files/:id, GET /v1/files/:id/content.',
    },
    request_id: response.headers.get('request-id'),
  });
});

test('another method on a served path is a 405 that names the right one [route.unknown]', async () => {
  const { api } = fake([]);
  const response = await api.fetch(`${ORIGIN}/s/mine/v1/messages`, { method: 'DELETE' });
  expect([response.status, response.headers.get('allow')]).toEqual([405, 'POST']);
  expect(await response.json()).toMatchObject({
    error: { type: 'invalid_request_error', message: expect.stringContaining('takes POST') },
  });
  expect(api.transcript.events).toContainEqual(
    expect.objectContaining({ type: 'response.sent', status: 405 }),
  );
});

test.each(['/', '/v1', '/v1/', '/s/k', '/v1/messages/', '/v1/messages/x/y', '/%zz', '//'])(
  '%s is a well-formed 404',
  async (path) => {
    const { api } = fake([]);
    const response = await api.fetch(ORIGIN + path, { method: 'POST' });
    expect(response.status).toBe(404);
    expect(await response.json()).toMatchObject({ error: { type: 'not_found_error' } });
  },
);

test('a session key is read as it was before it was encoded', async () => {
  const { api } = fake([[says('Hello.')]]);
  const url = `${ORIGIN}/s/a%20key/messages`;
  expect((await send(api, { messages: [user('Hi')] }, { url })).status).toBe(200);
  expect(api.transcript.events[0]).toMatchObject({ type: 'session.started', session: 'a key' });
});

test('a Request is served like a URL with options', async () => {
  const { api } = fake([[says('Hello.')]]);
  const request = new Request(`${ORIGIN}/v1/messages`, {
    method: 'POST',
    body: JSON.stringify({ model: 'm', max_tokens: 1, messages: [user('Hi')] }),
  });
  expect((await api.fetch(request)).status).toBe(200);
  const bytes = { method: 'POST', body: new TextEncoder().encode('{') };
  expect((await api.fetch(new URL(`${ORIGIN}/v1/messages`), bytes)).status).toBe(400);
});

test('HEAD is GET without the body', async () => {
  const { api } = fake([]);
  const response = await api.fetch(`${ORIGIN}/v1/models`, { method: 'HEAD' });
  expect([response.status, await response.text()]).toEqual([200, '']);
});
