import Anthropic from '@anthropic-ai/sdk';
import { assertToolCalls, createFakeApi } from 'callsheet';
import { http, HttpResponse } from 'msw';
import { setupServer } from 'msw/node';
import { handlers } from 'callsheet/msw';
import { startServer } from 'callsheet/node';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  inventory,
  inventoryAgent,
  inventoryCalls,
  inventoryQuestions,
} from '../support/inventory.ts';
import { chat } from '../support/sdk-agent.ts';

let api: ReturnType<typeof createFakeApi>;
beforeEach(() => {
  api = createFakeApi({ script: inventory });
});
afterEach(() => api.dispose());

const options = { apiKey: 'test', maxRetries: 0 };

/** Plays the inventory conversation through a client and checks everything the SDK saw of it. */
async function playsWhole(client: Anthropic, stream: boolean): Promise<void> {
  const responses = await chat(client, { ...inventoryAgent, stream }, inventoryQuestions);
  const shapes = responses.map(({ stop_reason, content }) => [
    stop_reason,
    content.map((block) => block.type).join(' '),
  ]);
  expect(shapes).toEqual([
    ['tool_use', 'text server_tool_use tool_use'],
    ['tool_use', 'tool_use'],
    ['tool_use', 'tool_use tool_use tool_use'],
    ['end_turn', 'code_execution_tool_result server_tool_use code_execution_tool_result text'],
    ['end_turn', 'server_tool_use code_execution_tool_result text'],
  ]);
  const texts = responses.flatMap(({ content }) =>
    content.flatMap((block) => (block.type === 'text' ? [block.text] : [])),
  );
  expect(texts).toEqual(['Counting.', 'There are 41.', 'That one.']);
  const outputs = responses.flatMap(({ content }) =>
    content.flatMap((block) =>
      block.type === 'code_execution_tool_result' && block.content.type === 'code_execution_result'
        ? [[block.content.stdout, block.content.return_code]]
        : [],
    ),
  );
  expect(outputs).toEqual([
    ['41\n', 0],
    ['', 1],
    ['C\n', 0],
  ]);
  assertToolCalls(api.transcript, inventoryCalls);
}

describe.each([{ stream: false }, { stream: true }])('with stream: $stream', ({ stream }) => {
  test('the SDK’s fetch option plays a whole conversation', async () => {
    await playsWhole(new Anthropic({ ...options, fetch: api.fetch }), stream);
  });

  test('MSW handlers play a whole conversation', async () => {
    const server = setupServer(...handlers(api));
    server.listen({ onUnhandledRequest: 'error' });
    try {
      await playsWhole(new Anthropic(options), stream);
    } finally {
      server.close();
    }
  });

  test('the standalone server plays a whole conversation', async () => {
    await using server = await startServer(api);
    await playsWhole(new Anthropic({ ...options, baseURL: server.url }), stream);
  });
});

test('a refused request reaches the caller as the SDK’s error', async () => {
  const client = new Anthropic({ ...options, fetch: api.fetch });
  const question = { role: 'user' as const, content: 'Something else' };
  const request = client.messages.create({ model: 'm', max_tokens: 1, messages: [question] });
  await expect(request).rejects.toMatchObject({
    status: 400,
    error: { error: { type: 'invalid_request_error' } },
    requestID: expect.stringMatching(/^req_01/),
  });
});

test('MSW handlers answer for the whole host, except for what a handler before them answers', async () => {
  const other = http.get('https://api.anthropic.com/v1/models', () => HttpResponse.json([]));
  const elsewhere = http.get('https://elsewhere.test/*', () => HttpResponse.json('elsewhere'));
  const server = setupServer(other, ...handlers(api), elsewhere);
  server.listen({ onUnhandledRequest: 'error' });
  try {
    const client = new Anthropic(options);
    expect(await (await fetch('https://api.anthropic.com/v1/models')).json()).toEqual([]);
    const question = {
      model: 'claude-sonnet-4-6',
      messages: [{ role: 'user' as const, content: 'Hi' }],
    };
    expect((await client.messages.countTokens(question)).input_tokens).toBeGreaterThan(0);
    expect(await client.models.retrieve('claude-sonnet-4-6')).toMatchObject({ type: 'model' });
    await expect(client.messages.batches.list()).rejects.toMatchObject({
      status: 404,
      error: { error: { type: 'not_found_error' } },
    });
    expect(await (await fetch('https://elsewhere.test/v1/models')).json()).toBe('elsewhere');
  } finally {
    server.close();
  }
});
