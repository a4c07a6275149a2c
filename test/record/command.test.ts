/** `callsheet record`, `replay` and `import` as they are called. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { readCassette } from 'callsheet';
import { startServer } from 'callsheet/node';
import { expect, test } from 'vitest';
import { callsheetHere } from '../cli/in-process.ts';
import { temporaryFolder, upstreamApi } from './harness.ts';

const main = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
const recording = fileURLToPath(
  new URL('../../fixtures/recordings/exchange-list.json', import.meta.url),
);

const env = { ANTHROPIC_API_KEY: 'sk-ant-api03-0123456789abcdef' };

/** The command line in this process. What a command that it starts got is in `got`, see `ask`. */
async function callsheet(...args: string[]) {
  using folder = temporaryFolder();
  const seen = folder.path('got');
  const ended = await callsheetHere(args, { env: { ...env, CALLSHEET_TEST_GOT: seen } });
  return { ...ended, got: existsSync(seen) ? readFileSync(seen, 'utf8') : '' };
}

/** The command line as it is called. */
async function callsheetAsCalled(...args: string[]) {
  const child = spawn(process.execPath, [main, ...args], { env: { ...process.env, ...env } });
  const printed = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text) => (printed.stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text) => (printed.stderr += text));
  const [status] = await once(child, 'close');
  return { status, ...printed };
}

/** A client without any library, that tells all of its responses: it prints them, or writes them to a file. */
const ask = (content: string, ...also: string[]): string[] => [
  '--',
  process.execPath,
  '--eval',
  `const { appendFileSync } = await import('node:fs');
  const file = process.env.CALLSHEET_TEST_GOT;
  for (const content of ${JSON.stringify([content, ...also])}) {
    const response = await fetch(process.env.ANTHROPIC_BASE_URL + '/v1/messages', {
      method: 'POST',
      headers: { 'x-api-key': process.env.ANTHROPIC_API_KEY, 'content-type': 'application/json' },
      body: JSON.stringify({ model: 'm', max_tokens: 1, stream: true, messages: [{ role: 'user', content }] }),
    }).catch((error) => error);
    const told = response instanceof Error
      ? response.message
      : [response.status, response.headers.get('request-id'), await response.text()].join(' ');
    if (file) appendFileSync(file, told + '\\n');
    else console.log(told);
  }`,
  '--input-type=module',
];

test('a command that was recorded gets the same bytes again', async () => {
  using folder = temporaryFolder();
  const file = folder.path('a.yaml');
  await using api = upstreamApi();
  await using server = await startServer(api);
  const upstream = ['--out', file, '--upstream', server.url];
  const recorded = await callsheetAsCalled('record', ...upstream, ...ask('plain'));
  expect(recorded).toMatchObject({
    status: 0,
    stderr: `callsheet: recorded 1 exchange to ${file}\n`,
  });
  expect(recorded.stdout).toContain('event: message_stop');
  expect(readFileSync(file, 'utf8')).not.toContain('sk-ant-api03');
  expect(await callsheetAsCalled('replay', file, ...ask('plain'))).toEqual({
    status: 0,
    stdout: recorded.stdout,
    stderr: '',
  });

  const reworded = await callsheet('replay', file, ...ask('plainly'));
  expect(reworded).toEqual({
    status: 0,
    got: recorded.stdout,
    stdout: '',
    stderr: `not as recorded: ${file}:1 messages.0.text  recorded "plain"  sent "plainly"\n`,
  });
  const twice = await callsheet('replay', file, ...ask('plain', 'plain'));
  expect(twice.status).toBe(1);
  expect(twice.stderr).toContain(`(${file}:1) has been played already, and was recorded once.`);
  const nothing = await callsheet('replay', file, '--', process.execPath, '--eval', '0');
  expect(nothing).toMatchObject({
    status: 1,
    stderr: `${file}:1: POST /v1/messages was never played.\n`,
  });
});

test('one turn is recorded again, and the rest is kept', async () => {
  using folder = temporaryFolder();
  const file = folder.path('a.yaml');
  await using api = upstreamApi();
  await using server = await startServer(api);
  const upstream = ['--out', file, '--upstream', server.url];
  expect((await callsheet('record', ...upstream, ...ask('plain', 'again'))).status).toBe(0);
  const before = folder.read('a.yaml').exchanges;
  const requests = () => api.transcript.events.filter(({ type }) => type === 'request.received');
  expect(requests()).toHaveLength(2);

  const retaken = await callsheet('record', '--only', '2', ...upstream, ...ask('plain', 'again'));
  expect(retaken).toMatchObject({
    status: 0,
    stderr: `callsheet: recorded turn 2 of ${file} again\n`,
  });
  expect(requests()).toHaveLength(3);
  const after = folder.read('a.yaml').exchanges;
  expect(after).toHaveLength(2);
  expect(after[0]).toEqual(before[0]);
  expect(after[1]?.response?.headers['request-id']).not.toBe(
    before[1]?.response?.headers['request-id'],
  );
  const replayed = await callsheet('replay', file, ...ask('plain', 'again'));
  expect(retaken.got).not.toBe('');
  expect(replayed).toEqual({ status: 0, got: retaken.got, stdout: '', stderr: '' });

  const text = readFileSync(file, 'utf8');
  const failed = await callsheet('record', '--only', '2', ...upstream, ...ask('plain'));
  expect(failed.status).toBe(1);
  expect(failed.stderr).toBe(`${file} is as it was: turn 2 was not asked for\n`);
  const down = ['--out', file, '--upstream', 'http://127.0.0.1:1', ...ask('plain', 'again')];
  expect((await callsheet('record', '--only', '1', ...down)).status).toBe(7);
  expect(await callsheet('record', '--only', '3', ...upstream)).toEqual({
    status: 2,
    got: '',
    stdout: '',
    stderr: `${file} is as it was: there is no turn 3: the cassette has turns 1 to 2\n`,
  });
  expect(readFileSync(file, 'utf8')).toBe(text);
  // The command of the miss is the one that helps.
  const strict = ['--strictness', 'messages=exact', ...ask('plain', 'anew')];
  expect((await callsheet('replay', file, ...strict)).stderr).toContain(
    `callsheet record --only 2 --out ${file} -- COMMAND`,
  );
});

test('secrets are what the options say: patterns of your own, and built-in ones that are kept', async () => {
  using folder = temporaryFolder();
  const file = folder.path('a.yaml');
  await using api = upstreamApi();
  await using server = await startServer(api);
  const own = ['--redact-pattern', 'ticket=T-\\d+', '--keep', 'email'];
  const asked = ask('T-17 of ann@example.org');
  await callsheet('record', '--out', file, '--upstream', server.url, ...own, ...asked);
  const text = readFileSync(file, 'utf8');
  expect(text).toContain('content: "[redacted:ticket#1] of ann@example.org"');
  expect((await callsheet('replay', file, ...own, ...asked)).stderr).not.toContain('not as');
  expect((await callsheet('replay', file, ...asked)).stderr).toContain('not as recorded');
  const scanned = await callsheet('scan', '--redact-pattern', 'host=127\\.0\\.0\\.1', file);
  expect(scanned.stdout).toMatch(/a\.yaml:\d+ host\n.*a\.yaml:\d+ email\n/);
  for (const [option, value] of [
    ['--redact-pattern', 'ticket=('],
    ['--redact-pattern', 'T=x'],
    ['--keep', 'nothing'],
    ['--strictness', 'messages=loose'],
  ] as const) {
    const { status, stderr } = await callsheet('replay', option, value, file);
    expect([status, stderr]).toEqual([2, expect.stringContaining(option)]);
  }
});

test('an upstream that is down is said, recorded, and down again in the replay', async () => {
  using folder = temporaryFolder();
  const file = folder.path('a.yaml');
  const upstream = 'http://127.0.0.1:1';
  const { status, stderr } = await callsheet(
    'record',
    '--out',
    file,
    '--upstream',
    upstream,
    ...ask('plain'),
  );
  expect(status).toBe(7);
  expect(stderr.trimEnd().split('\n').at(-1)).toMatch(
    /^http:\/\/127\.0\.0\.1:1: could not be reached \(/,
  );
  expect(readCassette(readFileSync(file, 'utf8')).exchanges).toMatchObject([
    { request: { path: '/v1/messages' }, ended: { by: 'upstream' } },
  ]);
  const replayed = await callsheet('replay', file, ...ask('plain'));
  expect(replayed).toMatchObject({ status: 0, got: 'fetch failed\n' });
});

test('a recording of another tool is imported and played', async () => {
  using folder = temporaryFolder();
  const file = folder.path('a.yaml');
  expect(await callsheet('import', recording, '--out', file)).toMatchObject({
    status: 0,
    stdout: '',
    stderr: 'callsheet: imported 2 exchanges (exchanges)\n',
  });
  expect(folder.read('a.yaml').exchanges).toHaveLength(2);
  expect(await callsheet('import', recording, '--out', file)).toMatchObject({ status: 2 });
});

test('what cannot be read, written or listened on is one line, with an exit code of its own', async () => {
  using folder = temporaryFolder();
  const [cassette, cut, later, other] = ['a', 'cut', 'later', 'other'].map((name) =>
    folder.path(`${name}.yaml`),
  ) as [string, string, string, string];
  await callsheet('import', recording, '--out', cassette);
  const text = readFileSync(cassette, 'utf8');
  writeFileSync(cut, text.slice(0, -30));
  writeFileSync(later, text.replaceAll('cassette: 1', 'cassette: 2'));
  writeFileSync(other, 'scenario: a\n');
  const taken = createServer();
  await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
  const { port } = taken.address() as AddressInfo;
  const runs: [number, string[]][] = [
    [3, ['replay', cut]],
    [4, ['replay', later]],
    [5, ['replay', other]],
    [5, ['import', other, '--out', folder.path('b.yaml')]],
    [6, ['replay', folder.path('nowhere.yaml')]],
    [6, ['record', '--out', folder.path('nowhere/a.yaml')]],
    [2, ['record', '--out', cassette]],
    [8, ['replay', cassette, '--port', String(port)]],
    [8, ['record', '--out', folder.path('c.yaml'), '--port', String(port)]],
  ];
  for (const [expected, args] of runs) {
    const { status, stdout, stderr } = await callsheet(...args);
    expect([status, stdout, stderr.split('\n').length], `${args.join(' ')}: ${stderr}`).toEqual([
      expected,
      '',
      2,
    ]);
  }
  taken.close();
});
