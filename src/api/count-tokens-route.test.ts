import { expect, test } from 'vitest';
import {
  codeExecution,
  fake,
  fetchRows,
  says,
  send,
  user,
} from '../../test/support/conversation.ts';
import type { FakeApi } from './create-fake-api.ts';

const URL = 'https://api.anthropic.com/v1/messages/count_tokens';
const prompt = { model: 'claude-sonnet-4-6', messages: [user('Hi')] };

async function count(
  api: FakeApi,
  body: object,
  url = URL,
): Promise<{ status: number; body: any }> {
  const response = await api.fetch(url, { method: 'POST', body: JSON.stringify(body) });
  return { status: response.status, body: await response.json() };
}

test('a prompt counts as many tokens as the response to it says it took', async () => {
  const { api } = fake([[says('Hello.')]]);
  const body = { ...prompt, system: 'Be brief.', tools: [codeExecution, fetchRows] };
  const { body: counted } = await count(api, body);
  const { body: message } = await send(api, body);
  expect(counted).toEqual({ input_tokens: message.usage.input_tokens });
});

test('tokens are counted with and without the version in the path, and below a session key', async () => {
  const { api } = fake([]);
  const urls = [URL, URL.replace('/v1', ''), URL.replace('/v1', '/s/mine/v1')];
  const statuses = await Promise.all(
    urls.map(async (url) => (await count(api, prompt, url)).status),
  );
  expect(statuses).toEqual([200, 200, 200]);
});

test('counting leaves no trace', async () => {
  const { api } = fake([]);
  await count(api, prompt);
  expect(api.transcript.events).toEqual([]);
});

test.each(['max_tokens', 'stream', 'container'])('%s is no parameter of counting', async (name) => {
  const { api } = fake([]);
  const { status, body } = await count(api, { ...prompt, [name]: 1 });
  expect([status, body.error.message]).toEqual([400, `${name}: Extra inputs are not permitted`]);
});

test('a prompt that could not be sent cannot be counted', async () => {
  const { api } = fake([], {}, { models: ['m'] });
  expect((await count(api, prompt)).body.error.message).toBe('model: claude-sonnet-4-6');
  const twice = await count(api, { ...prompt, model: 'm', tools: [fetchRows, fetchRows] });
  expect(twice.body.error.message).toBe('tools: Tool names must be unique.');
});

test('code execution tools are refused where the fake is told to', async () => {
  const fidelity = { countTokensWithCodeExecution: 'rejected' } as const;
  const { api } = fake([], {}, { fidelity });
  const refused = await count(api, { ...prompt, tools: [fetchRows, codeExecution] });
  expect(refused.status).toBe(400);
  expect(refused.body.error.message).toMatch(
    /^tools\.1: Input tag 'code_execution_20260120' found using 'type' does not match any of the expected tags: 'advisor_/,
  );
  const direct = { ...fetchRows, allowed_callers: ['direct'] };
  expect((await count(api, { ...prompt, tools: [direct] })).status).toBe(200);
});
