import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { folderOf, say, serve, serveToEnd } from './harness.ts';

const greeting = `
scenario: greeting
turns:
  - user: Hi
    claude:
      - says: Hi there.
`;
const farewell = greeting
  .replaceAll('greeting', 'farewell')
  .replace('Hi\n', 'Bye\n')
  .replace('Hi there.', 'See you.');
const computes = `
scenario: computes
turns:
  - user: Add
    claude:
      - runs: print(1 + 1)
        prints: 2
      - says: Two.
`;
const asks = `
scenario: asks
turns:
  - user: Ask
    claude:
      - runs: |
          print(await ask({}))
      - says: Never said.
`;

test('the environment to export is printed, and a conversation that is played passes', async () => {
  using folder = folderOf({ 'greeting.yaml': greeting });
  const serving = await serve(['greeting.yaml'], folder.path);
  const { ANTHROPIC_BASE_URL: base, ANTHROPIC_API_KEY: key } = serving.env;
  expect(base).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  const { status, body } = await say('Hi', { base, key });
  expect([status, body.content]).toEqual([200, [{ type: 'text', text: 'Hi there.' }]]);
  const ended = await serving.stop();
  expect(ended.stdout).toBe(`ANTHROPIC_BASE_URL=${base}
ANTHROPIC_API_KEY=${key}
CALLSHEET_CONTROL_URL=${base}/_callsheet
✓ greeting  1 turn, 0 cells, 0 calls

verdict  no rule broken

1 passed, 0 failed
`);
  expect(ended.stderr).toBe(`callsheet: serving 1 scenario at ${base}, stop with Ctrl+C\n`);
  expect(ended.status).toBe(0);
});

test('cells run', async () => {
  using folder = folderOf({ 'computes.yaml': computes });
  const serving = await serve(['computes.yaml'], folder.path);
  const { body } = await say('Add', { base: serving.env['ANTHROPIC_BASE_URL'] });
  expect(body.content[1].content).toMatchObject({ stdout: '2\n', return_code: 0 });
  expect((await serving.stop('SIGINT')).status).toBe(0);
});

test('a scenario that nobody played fails', async () => {
  using folder = folderOf({ 'greeting.yaml': greeting });
  const serving = await serve(['greeting.yaml'], folder.path);
  const { status, stdout } = await serving.stop();
  expect(stdout).toContain('Scenario "greeting": turn 1 of 1 (user: "Hi") was never played.\n');
  expect(status).toBe(1);
});

test('of several scenarios a conversation gets the one whose first turn fits', async () => {
  using folder = folderOf({ 'a.yaml': greeting, 'b.yaml': farewell });
  const serving = await serve(['.'], folder.path);
  const base = serving.env['ANTHROPIC_BASE_URL'];
  expect((await say('Bye', { base })).body.content[0].text).toBe('See you.');
  expect((await say('Hi', { base })).body.content[0].text).toBe('Hi there.');
  const neither = await say('Good morning', { base });
  expect(neither.body.error.message).toContain('Scenario "greeting" expected');
  expect(neither.body.error.message).toContain('Scenario "farewell" expected');
  const { status, stdout } = await serving.stop();
  expect(stdout).toContain('2 passed, 0 failed');
  expect(stdout).toContain('✗ script.unexpected  once');
  expect(status).toBe(1);
});

test('a base URL with the name of a file chooses its scenario', async () => {
  using folder = folderOf({ 'a.yaml': greeting, 'b.yaml': greeting.replace('there', 'again') });
  const serving = await serve(['.'], folder.path);
  const base = serving.env['ANTHROPIC_BASE_URL'];
  expect((await say('Hi', { base: `${base}/s/b` })).body.content[0].text).toBe('Hi again.');
  expect((await say('Hi', { base: `${base}/s/a.2` })).body.content[0].text).toBe('Hi there.');
  expect((await serving.stop()).status).toBe(0);
});

test('the verdict groups what the client did wrong, rule by rule', async () => {
  using folder = folderOf({ 'greeting.yaml': greeting });
  const serving = await serve(['greeting.yaml', '--model', 'other'], folder.path);
  const base = serving.env['ANTHROPIC_BASE_URL'];
  await say('Hi', { base });
  await say('Hi', { base });
  const { stdout } = await serving.stop();
  expect(stdout.replace(/req_\w+/, 'req_…')).toContain(`verdict  1 rule broken

  ✗ model.unknown  2 times, first in request req_… at model
      model: claude-sonnet-4-6
      why  The API refuses the request, and the conversation stops there. (high)
      fix  Ask for a model of the list the fake was given.
`);
});

test('with --key no other key is valid, and the first one is printed', async () => {
  using folder = folderOf({ 'greeting.yaml': greeting });
  const serving = await serve(['greeting.yaml', '--key', 'one', '--key', 'two'], folder.path);
  const base = serving.env['ANTHROPIC_BASE_URL'];
  expect(serving.env['ANTHROPIC_API_KEY']).toBe('one');
  expect((await say('Hi', { base, key: 'three' })).status).toBe(401);
  expect((await say('Hi', { base, key: 'two' })).status).toBe(200);
  await serving.stop();
});

test('--json is one document on stdout and nothing else', async () => {
  using folder = folderOf({ 'a.yaml': greeting, 'b.yaml': farewell });
  const serving = await serve(['.', '--json'], folder.path);
  await say('Hi', { base: serving.env['ANTHROPIC_BASE_URL'] });
  const { stdout, status } = await serving.stop();
  expect(status).toBe(1);
  expect(JSON.parse(stdout)).toMatchObject({
    scenarios: [
      { file: './a.yaml', name: 'greeting', ok: true, failures: [] },
      { name: 'farewell', ok: false, failures: [{ code: 'turn.unplayed', turn: 'turn 1' }] },
    ],
    findings: [],
    verdict: [],
    transcript: expect.arrayContaining([expect.objectContaining({ type: 'turn.finished' })]),
  });
});

test('a session that waits for the client does not keep it from stopping', async () => {
  using folder = folderOf({ 'asks.yaml': asks });
  const serving = await serve(['asks.yaml'], folder.path);
  const response = await fetch(`${serving.env['ANTHROPIC_BASE_URL']}/v1/messages`, {
    method: 'POST',
    body: JSON.stringify({
      model: 'claude-sonnet-4-6',
      max_tokens: 64,
      tools: [
        {
          name: 'ask',
          input_schema: { type: 'object' },
          allowed_callers: ['code_execution_20260120'],
        },
      ],
      messages: [{ role: 'user', content: 'Ask' }],
    }),
  });
  expect(await response.json()).toMatchObject({ stop_reason: 'tool_use' });
  const { status, stdout } = await serving.stop();
  expect(stdout).toContain('waiting for an answer to ask({})');
  expect(stdout).toContain('✗ cell.abandoned  once');
  expect(status).toBe(1);
});

test('stopped in the middle of a stream: the client sees it break off, and the transcript is whole', async () => {
  // More than the buffers of a connection hold: the client has not read it all when the signal comes.
  using folder = folderOf({
    'long.yaml': greeting.replace('Hi there.', 'many words '.repeat(1_500_000)),
  });
  const serving = await serve(['long.yaml', '--json'], folder.path);
  const response = await fetch(`${serving.env['ANTHROPIC_BASE_URL']}/v1/messages`, {
    method: 'POST',
    body: JSON.stringify({
      model: 'claude-sonnet-4-6',
      max_tokens: 64,
      stream: true,
      messages: [{ role: 'user', content: 'Hi' }],
    }),
  });
  const reader = response.body!.getReader();
  expect(new TextDecoder().decode((await reader.read()).value)).toContain('event: message_start');
  const { status, stdout } = await serving.stop();
  await expect(
    (async () => {
      while (!(await reader.read()).done);
    })(),
  ).rejects.toThrow('terminated');
  const { transcript } = JSON.parse(stdout);
  expect(transcript.map(({ type }: { type: string }) => type).slice(-2)).toEqual([
    'turn.finished',
    'response.sent',
  ]);
  expect(status).toBe(0);
});

test('a port that is taken is an error of one line', async () => {
  using folder = folderOf({ 'greeting.yaml': greeting });
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
  const { port } = other.address() as AddressInfo;
  const ended = await serveToEnd(['greeting.yaml', '--port', String(port)], folder.path);
  other.close();
  expect(ended).toEqual({
    status: 8,
    stdout: '',
    stderr: `Cannot listen on 127.0.0.1, port ${port}: the port is taken.\n`,
  });
});

test.each([
  [['nowhere.yaml'], 'nowhere.yaml: no such file or folder\n'],
  [['broken.yaml'], 'broken.yaml:1:13 not YAML: Missing closing "quote\n'],
])('serve %j is an error of one line', async (args, stderr) => {
  using folder = folderOf({ 'broken.yaml': 'scenario: "x' });
  expect(await serveToEnd(args, folder.path)).toEqual({ status: 2, stdout: '', stderr });
});

test('a port that is none is bad usage', async () => {
  using folder = folderOf({ 'greeting.yaml': greeting });
  const { status, stderr } = await serveToEnd(['greeting.yaml', '--port', 'http'], folder.path);
  expect(stderr).toContain('A port is a whole number from 0 to 65535.');
  expect(status).toBe(2);
});
