import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createFakeApi, createRecorder, parseScenario, runScenario } from 'callsheet';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { callsheet } from './callsheet.ts';
import { callsheetHere } from './in-process.ts';

const scenario = (schedule: string) => `
scenario: two cells
${schedule}
tools:
  fetch_rows: { returns: 7 }
turns:
  - user: Total?
    claude:
      - runs: print(await fetch_rows({}))
        prints: 7
      - says: Seven.
`;

const files: Record<string, string> = {
  'plain.yaml': scenario(''),
  'slow.yaml': scenario('schedule: { faults: [{ on: call, tool: fetch_rows, takes: 2m }] }'),
  'overloaded.yaml': scenario(`schedule:
  faults:
    - { on: request, nth: 1, error: overloaded_error, retry_after: 2s }
    - { on: request, nth: 3, response: cut }`),
  'mistyped.yaml': scenario(`schedule:
  faults:
    - { on: request, nht: 1 }
    - { on: cell, takes: soon }
    - { on: cells }`),
  'killed.schedule.yaml': 'faults:\n  - { on: cell, nth: 1, ends: killed }\n',
  'wrong.schedule.yaml': 'faults:\n  - { on: cell, nth: 0 }\n',
};

/** An agent that tries again, and prints what went wrong. */
const AGENT = `
const allowed_callers = ['code_execution_20260120'];
const tools = [
  { type: 'code_execution_20260120', name: 'code_execution' },
  { name: 'fetch_rows', input_schema: { type: 'object' }, allowed_callers },
];
const messages = [{ role: 'user', content: 'Total?' }];
let container;
for (let calls; !calls || calls.length > 0;) {
  const response = await fetch(process.env.ANTHROPIC_BASE_URL + '/v1/messages', {
    method: 'POST',
    body: JSON.stringify({ model: 'm', max_tokens: 9, tools, messages, container }),
  });
  const message = await response.json();
  if (!response.ok) {
    console.log(response.status);
    continue;
  }
  container = message.container?.id ?? container;
  messages.push({ role: 'assistant', content: message.content });
  for (const { content } of message.content) if (content?.error_code) console.log(content.error_code);
  calls = message.content.filter(({ type }) => type === 'tool_use');
  const results = calls.map(({ id }) => ({ type: 'tool_result', tool_use_id: id, content: '7' }));
  if (calls.length > 0) messages.push({ role: 'user', content: results });
}
`;

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'callsheet-schedule-'));
  for (const [file, text] of Object.entries(files)) writeFileSync(join(folder, file), text);
});
afterAll(() => rmSync(folder, { recursive: true }));

async function run(...args: string[]) {
  const { status, stdout, stderr } = await callsheetHere(['run', ...args, '--json'], {
    cwd: folder,
  });
  const [played] = status === 2 ? [] : JSON.parse(stdout).scenarios;
  const events: { type: string; fault?: object; at: number }[] = played?.transcript ?? [];
  return { status, stderr, events, faults: events.flatMap(({ fault }) => fault ?? []) };
}

test('a scenario says what goes wrong, with durations as one writes them', async () => {
  const { status, events } = await run('slow.yaml');
  expect(status).toBe(0);
  expect(events.find(({ type }) => type === 'call.answered')!.at).toBe(120_000);
});

test('the reference client tries again', async () => {
  const { status, faults, events } = await run('overloaded.yaml');
  expect(status).toBe(0);
  expect(faults).toEqual([
    { on: 'request', nth: 1, error: 'overloaded_error', retry_after: 2000 },
    { on: 'request', nth: 3, response: 'cut' },
  ]);
  expect(events.filter(({ type }) => type === 'request.received')).toHaveLength(4);
});

test.each([
  ['a file', 'killed.schedule.yaml'],
  ['a map in braces', '{ faults: [{ on: cell, nth: 1, ends: killed }] }'],
])('--schedule is %s, and takes the place of what the scenario says', async (_, schedule) => {
  const { status, faults } = await run('overloaded.yaml', '--schedule', schedule);
  expect([status, faults]).toEqual([1, [{ on: 'cell', nth: 1, ends: 'killed' }]]);
});

test('what is no schedule is said, with the place in a scenario', async () => {
  expect(await run('plain.yaml', '--schedule', 'wrong.schedule.yaml')).toMatchObject({
    status: 2,
    stderr: expect.stringMatching(/^wrong\.schedule\.yaml: [^]*at faults\[0\]\.nth/),
  });
  expect(await run('plain.yaml', '--schedule', 'none.yaml')).toMatchObject({ status: 2 });
  expect((await run('mistyped.yaml')).stderr).toMatchInlineSnapshot(`
    "mistyped.yaml:5:22 unknown key "nht"; did you mean "nth"?
    mistyped.yaml:6:26 expected a duration such as 4m30s, got "soon"
    mistyped.yaml:7:13 expected "call", "cell", "step" or "request", got text "cells"; did you mean "cell"?
    "
  `);
});

test('scenarios that are served go wrong each as it says', async () => {
  const script = `
    const url = process.env.ANTHROPIC_BASE_URL;
    const ask = (name) => fetch(url + '/s/' + name + '/v1/messages', { method: 'POST', body: JSON.stringify({
      model: 'm', max_tokens: 9, messages: [{ role: 'user', content: 'Total?' }],
      tools: [{ type: 'code_execution_20260120', name: 'code_execution' },
        { name: 'fetch_rows', input_schema: { type: 'object' }, allowed_callers: ['code_execution_20260120'] }] }) });
    console.log((await ask('overloaded')).status, (await ask('plain')).status);
  `;
  writeFileSync(join(folder, 'ask.mjs'), script);
  const serve = ['serve', 'overloaded.yaml', 'plain.yaml'];
  const command = ['--', process.execPath, 'ask.mjs'];
  expect(callsheet([...serve, ...command], folder).stdout).toContain('529 200');
  const nothing = [...serve, '--schedule', '{ faults: [] }', ...command];
  expect(callsheet(nothing, folder).stdout).toContain('200 200');
});

test('a cassette goes wrong by a schedule as a scenario does, and its cells really run', async () => {
  const played = parseScenario(files['plain.yaml']!);
  await using api = createFakeApi({ script: played });
  const recorder = createRecorder(join(folder, 'total.cassette.yaml'), { fetch: api.fetch });
  await runScenario(played, { api: { fetch: recorder.fetch, transcript: api.transcript } });
  await recorder.close();

  writeFileSync(join(folder, 'agent.mjs'), AGENT);
  const schedule =
    '{ faults: [{ on: request, nth: 2, error: api_error }, { on: cell, ends: unavailable, effects: kept }] }';
  const agent = ['--', process.execPath, 'agent.mjs'];
  const replay = ['replay', 'total.cassette.yaml', '--schedule', schedule];
  const { stdout, stderr, status } = callsheet([...replay, ...agent], folder);
  expect(stdout).toBe('500\nunavailable\n');
  expect([status, stderr]).toEqual([0, '']);
});
