import Anthropic from '@anthropic-ai/sdk';
import { createFakeApi, type FakeApi, python, scenario, verdict } from 'callsheet';
import { failClosed, handlers } from 'callsheet/msw';
import { startServer } from 'callsheet/node';
import { http, HttpResponse } from 'msw';
import { setupServer } from 'msw/node';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { chat } from '../support/sdk-agent.ts';

const server = setupServer();
beforeAll(() => server.listen(failClosed));
afterEach(() => server.resetHandlers());
afterAll(() => server.close());

/** A fake whose Claude says one thing, whatever it is asked. */
function saying(text: string): FakeApi {
  return createFakeApi({
    script: scenario(text, (claude) => claude.onUser().says(text)),
  });
}

/** The SDK takes the global `fetch` when a client is made, so it is made when MSW listens. */
const newClient = () => new Anthropic({ apiKey: 'test', maxRetries: 0 });

async function ask(question = 'Hi'): Promise<string> {
  const [response] = await chat(newClient(), { tools: [], answer: async () => '' }, [question]);
  return response!.content.map((block) => (block.type === 'text' ? block.text : '')).join('');
}

test('handlers of a test’s own go before, and end with it', async () => {
  server.use(...handlers(saying('from the fake')));
  server.use(
    http.post(
      'https://api.anthropic.com/v1/messages',
      () => HttpResponse.json({ type: 'error', error: { type: 'api_error' } }, { status: 500 }),
      { once: true },
    ),
  );
  await expect(ask()).rejects.toMatchObject({ status: 500 });
  expect(await ask()).toBe('from the fake');
});

test('a handler that looks on sees the request, and the fake answers', async () => {
  const seen: string[] = [];
  server.use(...handlers(saying('from the fake')));
  server.use(http.all('*', ({ request }) => void seen.push(new URL(request.url).pathname)));
  expect(await ask()).toBe('from the fake');
  expect(seen).toEqual(['/v1/messages']);
});

test('boundaries keep fakes apart that are asked at once', async () => {
  const texts = ['one', 'two', 'three'];
  const answers = texts.map((text) =>
    server.boundary(async () => {
      server.use(...handlers(saying(text)));
      return ask();
    })(),
  );
  expect(await Promise.all(answers)).toEqual(texts);
});

test('every route of the fake is served, and what it does not serve is its 404', async () => {
  server.use(...handlers(saying('x')));
  const client = newClient();
  const models = await client.models.list();
  expect(models.data.length).toBeGreaterThan(0);
  const counted = await client.messages.countTokens({
    model: 'claude-sonnet-4-6',
    messages: [{ role: 'user', content: 'Hi' }],
  });
  expect(counted.input_tokens).toBeGreaterThan(0);
  const response = await fetch('https://api.anthropic.com/v1/nothing');
  expect([response.status, await response.json()]).toMatchObject([404, { type: 'error' }]);
});

test('a fake can answer for another origin', async () => {
  server.use(...handlers(saying('elsewhere'), { origin: 'https://gateway.example' }));
  const { content } = await new Anthropic({
    apiKey: 'test',
    baseURL: 'https://gateway.example',
  }).messages.create({
    model: 'claude-sonnet-4-6',
    max_tokens: 8,
    messages: [{ role: 'user', content: 'Hi' }],
  });
  expect(content).toMatchObject([{ text: 'elsewhere' }]);
});

describe('what no handler answers', () => {
  afterEach(() => {
    vi.restoreAllMocks();
  });

  test.each([
    'https://api.anthropic.com/v1/messages',
    'https://api.anthropic.com/logo.png',
    'https://elsewhere.example/',
  ])('does not leave the machine, and is printed: %s', async (url) => {
    const printed = vi.spyOn(console, 'error').mockImplementation(() => {});
    const error = await fetch(url).catch((error: unknown) => error);
    expect(error).toBeInstanceOf(TypeError);
    // What an attempt to reach the network would have come to has a code.
    expect(error).not.toHaveProperty('cause.code');
    expect(printed.mock.calls.flat().join(' ')).toContain(url);
  });

  test('reaches a server on this machine without a word', async () => {
    const printed = vi.spyOn(console, 'error');
    await using local = await startServer(saying('x'));
    expect((await fetch(`${local.url}/v1/models`)).status).toBe(200);
    expect(printed).not.toHaveBeenCalled();
  });
});

test('an agent behind MSW runs on fake timers', async () => {
  vi.useFakeTimers();
  try {
    const slow = scenario('slow', (claude) =>
      claude
        .onUser()
        .runs(python`print(await fetch_rows({}))`)
        .says('Done.'),
    );
    await using api = createFakeApi({ script: slow, clock: 'linked' });
    server.use(...handlers(api));
    const fetchRows = api.tool(
      async () => {
        await new Promise((resolve) => setTimeout(resolve, 60_000));
        return '7';
      },
      { name: 'fetch_rows' },
    );
    const agent = {
      tools: [
        { type: 'code_execution_20260120' as const, name: 'code_execution' as const },
        {
          name: 'fetch_rows',
          input_schema: { type: 'object' as const },
          allowed_callers: ['code_execution_20260120' as const],
        },
      ],
      answer: () => fetchRows(),
    };
    const impatient = new Anthropic({ apiKey: 'test', timeout: 5000, maxRetries: 0 });
    const responses = await api.runAgent(() => chat(impatient, agent, ['Go']));
    expect(responses.at(-1)!.content.at(-1)).toMatchObject({ text: 'Done.' });
    expect(verdict(api.transcript)).toEqual([]);
  } finally {
    vi.useRealTimers();
  }
});
