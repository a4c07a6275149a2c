import { expect, test } from 'vitest';
import { type Canned, createCannedSandbox } from '../../test/support/canned-sandbox.ts';
import { createFakeApi } from '../api/create-fake-api.ts';
import { call } from './expectations.ts';
import { runScenario, type RunScenarioOptions } from './run-scenario.ts';
import type { ClaudeScript } from './claude-script.ts';
import { scenario, type ScenarioOptions } from './scenario.ts';

const cells: Record<string, Canned[]> = {
  'await fetch(A)': [
    { calls: [{ key: '1', name: 'fetch', input: { sku: 'A' }, line: 1 }] },
    { stdout: '7\n' },
  ],
  'print(7)': [{ stdout: '7\n' }],
  fails: [{ stderr: 'Traceback\nNameError: rows\n', return_code: 1 }],
};

/** Plays a scenario against a fake whose cells are canned. */
async function run(
  write: (claude: ClaudeScript) => void,
  options: ScenarioOptions & Pick<RunScenarioOptions, 'client' | 'stream'> = {},
) {
  const { client, stream, ...scenarioOptions } = options;
  const played = scenario('totals', write, scenarioOptions);
  const api = createFakeApi({ script: played, sandbox: createCannedSandbox(cells) });
  const result = await runScenario(played, { api, client, stream });
  return { ...result, messages: result.failures.map(({ message }) => message), api };
}

const twoTurns = (claude: ClaudeScript) => {
  claude
    .onUser('Total?')
    .says('Fetching.')
    .runs('await fetch(A)', { prints: '7' })
    .says(({ lastCell }) => `It is ${lastCell.stdout.trim()}.`);
  claude.onUser('Again?').runs('print(7)').calls('ask_user', { question: 'Sure?' }).says('7.');
};
const tools = {
  fetch: { description: 'Rows', answers: [{ with: { sku: 'A' }, returns: [{ units: 7 }] }] },
  ask_user: { allowed_callers: ['direct' as const], returns: 'yes' },
};
const expected = { calls: [call('fetch', { sku: 'A' }), call('ask_user', { question: 'Sure?' })] };

test.each([
  { client: 'fetch' as const },
  { client: 'sdk' as const },
  { client: 'sdk' as const, stream: true },
])('a scenario is played to its end with $client (stream: $stream)', async (options) => {
  const { ok, failures } = await run(twoTurns, { tools, expect: expected, ...options });
  expect(failures).toEqual([]);
  expect(ok).toBe(true);
});

test('the tools are declared with code execution, callable from code unless they say otherwise', async () => {
  const { api } = await run(twoTurns, { tools });
  const request = api.transcript.events.find((event) => event.type === 'request.received');
  expect(request?.body).toMatchObject({
    model: 'claude-sonnet-4-6',
    tools: [
      { type: 'code_execution_20260120', name: 'code_execution' },
      {
        name: 'fetch',
        description: 'Rows',
        input_schema: { type: 'object' },
        allowed_callers: ['code_execution_20260120'],
      },
      { name: 'ask_user', input_schema: { type: 'object' }, allowed_callers: ['direct'] },
    ],
  });
});

test('what a tool returns is sent as JSON, and text as it is', async () => {
  const { api } = await run(twoTurns, { tools });
  const answers = api.transcript.events.filter((event) => event.type === 'call.answered');
  expect(answers.map(({ content, is_error }) => [content, is_error])).toEqual([
    ['[{"units":7}]', false],
    ['yes', false],
  ]);
});

test('an answer that throws is an error result', async () => {
  const throwing = { ...tools, fetch: { answers: [{ throws: 'no such SKU' }] } };
  const { api } = await run(twoTurns, { tools: throwing });
  expect(api.transcript.events.find((event) => event.type === 'call.answered')).toMatchObject({
    content: 'no such SKU',
    is_error: true,
  });
});

test('a call for which there is no answer fails with the nearest one', async () => {
  const other = {
    ...tools,
    fetch: {
      answers: [
        { with: { sku: 'B' }, returns: 1 },
        { with: {}, returns: 2 },
      ],
    },
  };
  const { ok, messages } = await run(twoTurns, { tools: other, expect: expected });
  expect(ok).toBe(false);
  expect(messages).toMatchInlineSnapshot(`
    [
      "No answer is for these arguments: fetch({"sku":"A"})
      nearest answer differs:
        $.sku   expected "B"   actual "A"",
    ]
  `);
});

test('unexpected calls fail the scenario', async () => {
  const { failures } = await run(twoTurns, { tools, expect: { calls: [] } });
  expect(failures.map(({ code }) => code)).toEqual(['calls.different']);
});

test('a cell that fails unexpectedly fails the scenario', async () => {
  const { messages } = await run((claude) => claude.onUser('Hi').runs('fails').says('Oh.'));
  expect(messages).toMatchInlineSnapshot(`
    [
      "Cell 1 of turn 1 of 1 (user: "Hi") ended with NameError: rows

      Traceback
      NameError: rows",
    ]
  `);
});

test('a function that throws fails the scenario', async () => {
  const { messages } = await run((claude) =>
    claude.onUser('Hi').says(({ lastCell }) => lastCell.stdout),
  );
  expect(messages).toMatchInlineSnapshot(`
    [
      "Finding fake.failed: callsheet: Scenario "totals", step 1 of turn 1 of 1 (user: "Hi"): "lastCell" was read before any cell had run.
      fix  The script or the sandbox failed; the message says how.",
    ]
  `);
});

test('an API that cannot be reached breaks the conversation off', async () => {
  const greeting = scenario('greeting', (claude) => void claude.onUser('Hi').says('Hi.'));
  const fetch = () => Promise.reject(new Error('connection refused'));
  const { failures } = await runScenario(greeting, { api: { fetch, transcript: [] } });
  expect(failures).toEqual([
    { code: 'conversation.broken', message: 'The conversation broke off: connection refused' },
  ]);
});

test.each([
  ['a tool without an answer', { tools: { fetch: {} } }, 'the tool "fetch" needs "returns"'],
  ['a direct call of no tool', { tools: {} }, '"ask_user" is not a tool of this scenario'],
])('%s cannot be run', async (_, options, problem) => {
  await expect(run(twoTurns, options)).rejects.toThrow(`scenario "totals": ${problem}`);
});

test('a turn without words of the user cannot be run', async () => {
  await expect(run((claude) => claude.onUser(/total/).says('7'))).rejects.toThrow(
    'scenario "totals": turn 1 needs "user" to be run: what the user says',
  );
});
