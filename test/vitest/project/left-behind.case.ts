import { type Cassette, scenario, type FakeApi } from 'callsheet';
import { expect, test } from 'callsheet/vitest';

const greeting = scenario('greeting', (claude) => {
  claude.onUser('Hi').says('Hello.');
  claude.onUser('Bye').says('Goodbye.');
});

const codeExecution = { type: 'code_execution_20260120', name: 'code_execution' };

async function say(
  api: Pick<FakeApi, 'fetch'>,
  content: string,
  rest: object = {},
): Promise<number> {
  const { status } = await api.fetch('https://api.anthropic.com/v1/messages', {
    method: 'POST',
    body: JSON.stringify({
      model: 'claude-sonnet-4-6',
      max_tokens: 8,
      messages: [{ role: 'user', content }],
      ...rest,
    }),
  });
  return status;
}

test('leaves a turn unplayed', async ({ callsheet }) => {
  await say(callsheet.play(greeting), 'Hi');
});

test('may leave a turn unplayed', async ({ callsheet }) => {
  await say(callsheet.play(greeting, { allow: ['unplayed'] }), 'Hi');
});

test('breaks a rule', async ({ callsheet }) => {
  const api = callsheet.play(greeting, { allow: ['unplayed'] });
  await say(api, 'Hi', { temperature: 3 });
  await say(api, 'Hi');
});

const fetching = scenario('fetching', (claude) => {
  claude.onUser('Hi').runs('print(await fetch({"sku": "A"}))').says('Done.');
});

test('does not answer a call', async ({ callsheet }) => {
  const fetch = { name: 'fetch', input_schema: { type: 'object' } };
  const tools = [codeExecution, { ...fetch, allowed_callers: ['code_execution_20260120'] }];
  await say(callsheet.play(fetching), 'Hi', { tools });
});

test('may break a rule', async ({ callsheet }) => {
  const api = callsheet.play(greeting, { allow: ['findings', 'unplayed'] });
  await say(api, 'Hi', { temperature: 3 });
});

const counting = scenario(
  'counting',
  (claude) => claude.onUser('Hi').runs('print(7)', { prints: '8' }).says('Done.'),
  { expect: { requests: 2 } },
);

test('is not as the scenario says', async ({ callsheet }) => {
  await say(callsheet.play(counting), 'Hi', { tools: [codeExecution] });
});

test('need not be as the scenario says', async ({ callsheet }) => {
  await say(callsheet.play(counting, { allow: ['unexpected'] }), 'Hi', { tools: [codeExecution] });
});

test('fails by itself', async ({ callsheet }) => {
  const api = callsheet.play(greeting);
  await say(api, 'Hi');
  expect(api.transcript).toHaveCellOutput('7');
});

test('fails softly', async ({ callsheet }) => {
  const api = callsheet.play(greeting, { allow: ['unplayed'] });
  await say(api, 'Hi');
  expect.soft(api.transcript).toHaveCellOutput('7');
  expect.soft(api.transcript).toHaveCellOutput('8');
});

/** Two exchanges of one recorded conversation. */
const cassette: Cassette = {
  cut: [],
  exchanges: ['Hi', 'Bye'].map((content, line) => ({
    line,
    request: {
      method: 'POST',
      path: '/v1/messages',
      headers: {},
      body: {
        model: 'claude-sonnet-4-6',
        max_tokens: 8,
        messages: [{ role: 'user', content }],
      },
    },
    response: { status: 200, headers: {}, body: {} },
  })),
};

test('leaves an exchange unplayed', async ({ callsheet }) => {
  await say(callsheet.replay(cassette), 'Hi');
});

test('may leave an exchange unplayed', async ({ callsheet }) => {
  await say(callsheet.replay(cassette, { allow: ['unplayed'] }), 'Hi');
});

test('asks for what was not recorded', async ({ callsheet }) => {
  const api = callsheet.replay(cassette);
  for (const message of ['Hi', 'Bye', 'And now?']) await say(api, message);
});

test('fails because of its cell', async ({ callsheet }) => {
  const api = callsheet.play(
    scenario('broken', (claude) => void claude.onUser('Hi').runs('rows').says('Done.')),
  );
  await say(api, 'Hi', { tools: [codeExecution] });
  expect(api.transcript).toHaveCellOutput('7');
});
