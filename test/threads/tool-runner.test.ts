import Anthropic from '@anthropic-ai/sdk';
import { betaTool } from '@anthropic-ai/sdk/helpers/beta/json-schema';
import { assertToolCalls, createFakeApi, type FakeApi, scenario } from 'callsheet';
import { startServer } from 'callsheet/node';
import { describe, expect, test } from 'vitest';
import {
  inventory,
  inventoryAgent,
  inventoryCalls,
  inventoryQuestions,
} from '../support/inventory.ts';

const inputSchema = { type: 'object', properties: { sku: { type: 'string' } } } as const;
const tools = [
  { type: 'code_execution_20260120' as const, name: 'code_execution' as const },
  ...['list_skus', 'count_stock'].map((name) => ({
    ...betaTool({
      name,
      description: name,
      inputSchema,
      run: (input) => inventoryAgent.answer(name, input),
    }),
    allowed_callers: ['code_execution_20260120' as const],
  })),
];
const settings = { model: 'claude-sonnet-4-6', max_tokens: 1024, tools };

/** The SDK against a fake, through one of its seams. */
async function through(
  seam: string,
  api: FakeApi,
  work: (client: Anthropic) => Promise<void>,
): Promise<void> {
  const options = { apiKey: 'test', maxRetries: 0 };
  if (seam === 'fetch') return work(new Anthropic({ ...options, fetch: api.fetch }));
  await using server = await startServer(api);
  await work(new Anthropic({ ...options, baseURL: server.url }));
}

const textOf = (message: Anthropic.Beta.BetaMessage | undefined) =>
  message?.content.flatMap((block) => (block.type === 'text' ? [block.text] : [])).join('');

const requestsTo = (api: FakeApi) =>
  api.transcript.events.flatMap((event) =>
    event.type === 'request.received' ? [event.body as Record<string, unknown>] : [],
  );

const threadTypes = (api: FakeApi) =>
  requestsTo(api).map(({ thread }) => (thread as { type: string } | undefined)?.type);

const rules = (api: FakeApi) =>
  api.transcript.events.flatMap((event) => (event.type === 'finding' ? [event.rule] : []));

describe.each(['fetch', 'server'])('over %s', (seam) => {
  test.each([false, true])('two turns on one thread, stream: %s', async (stream) => {
    await using api = createFakeApi({ script: inventory });
    await through(seam, api, async (client) => {
      const thread = client.beta.messages.thread(settings);
      const answers = [];
      for (const content of inventoryQuestions) {
        thread.append({ role: 'user', content });
        const runner = stream ? thread.toolRunner({ stream: true }) : thread.toolRunner();
        answers.push(textOf(await runner.runUntilDone()));
      }
      expect(answers).toEqual(['There are 41.', 'That one.']);
    });
    assertToolCalls(api.transcript, inventoryCalls);
    expect(threadTypes(api)).toEqual(['create', ...Array.from({ length: 4 }, () => 'continue')]);
    expect(
      requestsTo(api)
        .slice(1)
        .every((body) => !('tools' in body)),
    ).toBe(true);
    expect(rules(api)).toEqual([]);
  });

  test('a runner of its own uses a thread by default', async () => {
    await using api = createFakeApi({ script: inventory });
    await through(seam, api, async (client) => {
      const messages = [{ role: 'user' as const, content: inventoryQuestions[0]! }];
      const message = await client.beta.messages.toolRunner({ ...settings, messages });
      expect(textOf(message)).toBe('There are 41.');
    });
    expect(threadTypes(api)).toEqual(['create', 'continue', 'continue', 'continue']);
  });

  test('[thread.replayed] it recovers after thread_not_found', async () => {
    const script = scenario('slow', (claude) => {
      claude.onUser().calls('list_skus').says('Done.');
    });
    const schedule = { faults: [{ on: 'call' as const, takes: 301_000 }] };
    await using api = createFakeApi({ script, schedule });
    await through(seam, api, async (client) => {
      const messages = [{ role: 'user' as const, content: 'Go' }];
      const runner = client.beta.messages.toolRunner({ ...settings, messages });
      expect(textOf(await runner)).toBe('Done.');
    });
    expect(threadTypes(api)).toEqual(['create', 'continue', 'create']);
    expect(rules(api)).toEqual([]);
  });

  test('[thread.unsupported] it goes on without a thread where threads do not support a field', async () => {
    await using api = createFakeApi({ script: inventory });
    await through(seam, api, async (client) => {
      const messages = [{ role: 'user' as const, content: inventoryQuestions[0]! }];
      const thinking = { type: 'adaptive' as const };
      const runner = client.beta.messages.toolRunner({ ...settings, thinking, messages });
      expect(textOf(await runner)).toBe('There are 41.');
    });
    expect(threadTypes(api).slice(0, 2)).toEqual(['create', undefined]);
  });
});
