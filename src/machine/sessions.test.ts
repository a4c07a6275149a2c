import { expect, test } from 'vitest';
import {
  fake,
  MESSAGES_URL,
  pausedConversation,
  results,
  says,
  send,
  tools,
  user,
} from '../../test/support/conversation.ts';

test('the same answer sent twice gets the same response, and nothing is played twice [session.repeated]', async () => {
  const { api, sandbox, first, history } = await pausedConversation();
  const request = { container: first.container?.id, messages: [...history, results(first, 'x')] };
  const [once, twice] = [await send(api, request), await send(api, request)];
  expect(twice.body).toEqual(once.body);
  expect(sandbox.log).toHaveLength(2);
});

test('a retry after a response that was cut off gets the same response [session.repeated]', async () => {
  const { api } = fake([[says('One.')]]);
  const init = {
    method: 'POST',
    body: JSON.stringify({
      model: 'm',
      max_tokens: 1,
      tools,
      stream: true,
      messages: [user('Hi')],
    }),
  };
  const cut = await api.fetch(MESSAGES_URL, init);
  const reader = cut.body!.getReader();
  const { value } = await reader.read();
  await reader.cancel();
  const again = await (await api.fetch(MESSAGES_URL, init)).text();
  expect(again.startsWith(new TextDecoder().decode(value))).toBe(true);
  expect(again).toContain('One.');
  const sessions = new Set(api.transcript.events.map(({ session }) => session));
  expect(sessions.size).toBe(1);
});

test('an equal request without a reason to be a retry begins another conversation', async () => {
  const { api } = fake([[says('One.')]]);
  const [a, b] = [
    await send(api, { messages: [user('Hi')] }),
    await send(api, { messages: [user('Hi')] }),
  ];
  expect(b.body.id).not.toBe(a.body.id);
});

test('a client that says it retries is believed', async () => {
  const { api } = fake([[says('One.')]]);
  const a = await send(api, { messages: [user('Hi')] });
  const headers = { 'x-stainless-retry-count': '1' };
  const b = await send(api, { messages: [user('Hi')] }, { headers });
  expect(b.body).toEqual(a.body);
});
