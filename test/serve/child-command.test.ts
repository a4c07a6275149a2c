import { expect, test } from 'vitest';
import { folderOf, serve, serveToEnd } from './harness.ts';

const greeting = `
scenario: greeting
turns:
  - user: Hi
    claude:
      - says: Hi there.
`;

/** A client that says what its arguments tell it to. */
const client = `
const [text] = process.argv.slice(2);
const response = await fetch(process.env.ANTHROPIC_BASE_URL + '/v1/messages', {
  method: 'POST',
  headers: { 'x-api-key': process.env.ANTHROPIC_API_KEY },
  body: JSON.stringify({ model: 'm', max_tokens: 9, messages: [{ role: 'user', content: text }] }),
});
const { content } = await response.json();
console.log(response.status, content?.[0].text, process.env.ANTHROPIC_AUTH_TOKEN);
`;

const files = { 'greeting.yaml': greeting, 'client.mjs': client };

test('a command gets the environment, and its output is left alone', async () => {
  using folder = folderOf(files);
  const { status, stdout, stderr } = await serveToEnd(
    ['greeting.yaml', '--key', 'secret', '--', process.execPath, 'client.mjs', 'Hi'],
    folder.path,
  );
  expect(stdout).toBe('200 Hi there. undefined\n');
  expect(stderr).toContain('1 passed, 0 failed\n');
  expect(status).toBe(0);
});

test('a command that succeeds while the verdict does not is a failure', async () => {
  using folder = folderOf(files);
  const command = ['--', process.execPath, 'client.mjs', 'Hello'];
  const { status, stderr } = await serveToEnd(['greeting.yaml', ...command], folder.path);
  expect(stderr).toContain('✗ script.unexpected  once');
  expect(status).toBe(1);
});

test('the status of a command that fails is kept', async () => {
  using folder = folderOf(files);
  const command = ['--', process.execPath, '--eval', 'process.exit(7)'];
  expect((await serveToEnd(['greeting.yaml', ...command], folder.path)).status).toBe(7);
});

test('options behind -- belong to the command', async () => {
  using folder = folderOf(files);
  const command = ['--', process.execPath, '-p', '"--json"'];
  const { stdout } = await serveToEnd(['greeting.yaml', ...command], folder.path);
  expect(stdout).toBe('--json\n');
});

test('with --json the output of a command goes to stderr', async () => {
  using folder = folderOf(files);
  const command = ['--', process.execPath, 'client.mjs', 'Hi'];
  const { stdout, stderr } = await serveToEnd(['greeting.yaml', '--json', ...command], folder.path);
  expect(stderr).toBe('200 Hi there. undefined\n');
  expect(JSON.parse(stdout)).toMatchObject({ scenarios: [{ ok: true }] });
});

test('a command that does not exist is an error of one line', async () => {
  using folder = folderOf(files);
  const ended = await serveToEnd(['greeting.yaml', '--', './nowhere'], folder.path);
  expect(ended).toEqual({ status: 2, stdout: '', stderr: './nowhere: no such command\n' });
});

test('a signal is passed on to the command, and ends both', async () => {
  using folder = folderOf({
    ...files,
    'waits.mjs': `console.error('callsheet: serving'); setInterval(() => {}, 1000);`,
  });
  const serving = await serve(['greeting.yaml', '--', process.execPath, 'waits.mjs'], folder.path);
  expect((await serving.stop('SIGTERM')).status).toBe(128 + 15);
});
