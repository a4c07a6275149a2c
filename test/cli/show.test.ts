import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../record/harness.ts';
import { callsheetHere } from './in-process.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const callsheet = (args: readonly string[], cwd: string) => callsheetHere(args, { cwd });
const recording = 'fixtures/recordings/exchange-list.json';

test('a recording, its cassette and its transcript are shown alike', async () => {
  using folder = temporaryFolder();
  const shown = await callsheet(['show', recording], root);
  expect(shown).toMatchObject({ status: 0, stderr: '' });
  expect(shown.stdout).toContain('turn 1');

  expect((await callsheet(['import', recording, '-o', folder.path('a.yaml')], root)).status).toBe(
    0,
  );
  const cassette = await callsheet(['show', folder.path('a.yaml')], root);
  expect(cassette).toEqual(shown);

  const { stdout } = await callsheet(['show', '--json', recording], root);
  writeFileSync(folder.path('a.json'), stdout);
  expect(await callsheet(['show', folder.path('a.json')], root)).toEqual(shown);
});

test('what run --json prints is shown, each scenario as a session of its own', async () => {
  using folder = temporaryFolder();
  const { stdout } = await callsheet(['run', '--json'], root);
  writeFileSync(folder.path('run.json'), stdout);
  const shown = await callsheet(['show', folder.path('run.json')], root);
  expect(shown.status).toBe(0);
  expect(shown.stdout.match(/^session /gm)).toHaveLength(4);
});

test('--html writes the page of the timeline', async () => {
  using folder = temporaryFolder();
  const page = folder.path('page.html');
  expect((await callsheet(['show', '--html', '-o', page, recording], root)).status).toBe(0);
  expect(readFileSync(page, 'utf8')).toContain('<!doctype html>');
});

test('--html of a failed run shows what was expected, at the calls of the right scenario', async () => {
  using folder = temporaryFolder();
  const failing = (sku: string) => `
scenario: asks for ${sku}
tools:
  fetch_rows: { returns: [] }
turns:
  - user: Total?
    claude:
      - runs: 'await fetch_rows({"sku": "A"})'
expect:
  calls:
    - fetch_rows: { sku: ${sku} }
`;
  writeFileSync(folder.path('a.yaml'), failing('A'));
  writeFileSync(folder.path('b.yaml'), failing('B'));
  const { stdout } = await callsheet(['run', '--json', 'a.yaml', 'b.yaml'], folder.path('.'));
  writeFileSync(folder.path('run.json'), stdout);
  const page = (await callsheet(['show', '--html', 'run.json'], folder.path('.'))).stdout;
  const [, passing = '', failed = ''] = page.split('<section>');
  expect(passing).not.toContain('≠');
  expect(failed).toMatch(/<g class="ok differs"[^>]*><rect[^>]*><text>≠ fetch_r/);
  expect(page).toContain('$.sku   expected \\"B\\"   actual \\"A\\"');
  expect(page).toContain(
    '<summary>asks for B: Tool calls: call 1, fetch_rows, has other arguments than expected.</summary>',
  );
});

test.each([
  ['nothing.txt', 'no session', 5, 'it is none of'],
  ['cut.yaml', '---\ncassette: 1\n', 3, 'is cut'],
  ['later.yaml', '---\ncassette: 99\n...\n', 4, 'of version 99'],
  ['broken.json', '[{"session":"1","at":0,"type":"unheard"}]', 5, 'no transcript'],
])('%s is an error of one line', async (name, text, status, message) => {
  using folder = temporaryFolder();
  writeFileSync(folder.path(name), text);
  const ended = await callsheet(['show', name], folder.path('.'));
  expect(ended).toMatchObject({ status, stdout: '' });
  expect(ended.stderr).toContain(message);
  expect(ended.stderr.trimEnd()).not.toContain('\n');
});
