/** `callsheet canary` as it is called, against our own server. */
import { readFileSync, writeFileSync } from 'node:fs';
import { createFakeApi, readCassette } from 'callsheet';
import { startServer } from 'callsheet/node';
import { expect, test } from 'vitest';
import { callsheetHere } from '../cli/in-process.ts';
import { temporaryFolder } from '../record/harness.ts';
import { short, shortYaml } from './scenario.ts';

const KEY = 'sk-ant-api03-0123456789abcdef';

/** Our own server; with `planted`, its results say less. */
async function serve(planted: boolean) {
  const api = createFakeApi({ script: short, fidelity: { abortReason: !planted } });
  const server = await startServer(api);
  return {
    url: server.url,
    [Symbol.asyncDispose]: async () => {
      await server.close();
      await api.dispose();
    },
  };
}

test('a canary is recorded, and says by row where the fake differs', async () => {
  using folder = temporaryFolder();
  writeFileSync(folder.path('short.yaml'), shortYaml);
  const canary = (...args: string[]) =>
    callsheetHere(['canary', 'short.yaml', ...args], {
      cwd: folder.path('.'),
      env: { ANTHROPIC_API_KEY: KEY },
    });
  {
    await using server = await serve(false);
    const { status, stdout, stderr } = await canary('--upstream', server.url);
    expect([status, stdout]).toEqual([0, '']);
    expect(stderr).toMatch(
      /^callsheet: 0 rows of the requirements differ in 3 exchanges; \d+ tokens in and \d+ out, kept in short\.canary\.yaml\n$/,
    );
  }
  const text = readFileSync(folder.path('short.canary.yaml'), 'utf8');
  expect(readCassette(text).exchanges).toHaveLength(3);
  expect(text).not.toContain(KEY);

  await using server = await serve(true);
  const args = ['--upstream', server.url, '--stream', '--max-requests', '3'];
  const { status, stdout } = await canary(...args);
  expect(status).toBe(1);
  expect(stdout).toContain('✗ result.shape  A result has stdout,');
  expect(stdout).toContain(
    '    exchange 3, content_block_start 0 code_execution_tool_result.content_block.content.abort_reason: the API nothing, the fake null\n',
  );
  const json = await canary(...args, '--json');
  expect(JSON.parse(json.stdout)).toMatchObject({
    out: 'short.canary.yaml',
    exchanges: 3,
    deviations: [{ requirement: 'result.shape', exchange: 3 }],
  });
  expect(folder.read('short.canary.yaml').exchanges).toHaveLength(3);
});

test('nothing is sent without a key; what fails is one line with a status of its own', async () => {
  using folder = temporaryFolder();
  writeFileSync(folder.path('short.yaml'), shortYaml);
  writeFileSync(folder.path('notes.yaml'), 'a: b\n');
  const api = createFakeApi({ script: short, auth: { keys: ['other'] } });
  await using server = await startServer(api);
  const runs: [number, string, string, string[]][] = [
    [2, '', 'ANTHROPIC_API_KEY is not set', ['short.yaml', '--upstream', server.url]],
    [2, KEY, '--upstream: "here" is no URL', ['short.yaml', '--upstream', 'here']],
    [2, KEY, 'notes.yaml:1:1', ['notes.yaml', '--upstream', server.url]],
    [2, KEY, 'none.yaml: no such file', ['none.yaml', '--upstream', server.url]],
    [5, KEY, 'notes.yaml:', ['short.yaml', '-o', 'notes.yaml', '--upstream', server.url]],
    [6, KEY, 'x/y: no such file', ['short.yaml', '-o', 'x/y', '--upstream', server.url]],
  ];
  for (const [expected, key, words, args] of runs) {
    const env = { ANTHROPIC_API_KEY: key };
    const { status, stdout, stderr } = await callsheetHere(['canary', ...args], {
      cwd: folder.path('.'),
      env,
    });
    expect([status, stdout, stderr.split('\n').length], stderr).toEqual([expected, '', 2]);
    expect(stderr).toContain(words);
  }
  expect(api.transcript.events).toEqual([]);
  for (const [upstream, words] of [
    [server.url, 'it answered 401'],
    ['http://127.0.0.1:1', 'it could not be reached'],
  ] as const) {
    const { status, stderr } = await callsheetHere(
      ['canary', 'short.yaml', '--upstream', upstream],
      { cwd: folder.path('.'), env: { ANTHROPIC_API_KEY: KEY } },
    );
    expect([status, stderr.trimEnd().split('\n').at(-1)]).toEqual([
      7,
      expect.stringContaining(`${upstream}: ${words}`),
    ]);
  }
});
