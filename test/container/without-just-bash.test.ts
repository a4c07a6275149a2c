import { execFile } from 'node:child_process';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';

const ROOT = resolve(import.meta.dirname, '../..');
const folder = mkdtempSync(join(tmpdir(), 'callsheet-peers-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** callsheet as somebody has it who installed none of its optional peers. */
beforeAll(() => {
  const installed = join(folder, 'node_modules/callsheet');
  mkdirSync(installed, { recursive: true });
  for (const part of ['dist', 'src', 'package.json']) {
    cpSync(join(ROOT, part), join(installed, part), { recursive: true });
  }
  const { dependencies } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  for (const name of Object.keys(dependencies)) {
    const link = join(folder, 'node_modules', name);
    mkdirSync(resolve(link, '..'), { recursive: true });
    symlinkSync(join(ROOT, 'node_modules', name), link);
  }
});

const PROGRAM = `
import { createFakeApi, scenario } from 'callsheet';
const script = scenario('shell', (claude) => {
  claude.onUser().runs('print(6 * 7)').runsBash('echo hi');
});
const api = createFakeApi({ script });
const response = await api.fetch('https://api.anthropic.com/v1/messages', {
  method: 'POST',
  body: JSON.stringify({ model: 'm', max_tokens: 9, messages: [{ role: 'user', content: 'Go' }] }),
});
const { error } = await response.json();
const cells = api.transcript.events.filter(({ type }) => type === 'cell.finished');
console.log(JSON.stringify([response.status, error, cells[0]?.result.stdout]));
await api.dispose();
process.exit();
`;

test('without just-bash cells run, and a command says what to install', async () => {
  const file = join(folder, 'program.mjs');
  writeFileSync(file, PROGRAM);
  const { stdout } = await promisify(execFile)(process.execPath, [file], { cwd: folder });
  const [status, error, printed] = JSON.parse(stdout);
  expect([status, printed]).toEqual([500, '42\n']);
  expect(error.message).toMatch(
    /^callsheet: .*just-bash.* is not installed.*npm install --save-dev just-bash/s,
  );
});
