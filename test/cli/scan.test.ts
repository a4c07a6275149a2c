import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../record/harness.ts';
import { callsheet } from './callsheet.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const KEY = 'sk-ant-api03-0123456789abcdef';

test('scan prints places and kinds of secrets, never the secrets', () => {
  using folder = temporaryFolder();
  for (const name of ['nested', 'node_modules']) mkdirSync(folder.path(name));
  writeFileSync(folder.path('nested/.env'), `# keys\nKEY=${KEY}\n`);
  writeFileSync(folder.path('node_modules/key.txt'), KEY);
  const exchange = {
    request: { method: 'POST', uri: 'https://api.anthropic.com/v1/messages', body: '{}' },
    response: { status: { code: 200 }, body: { string: '{}' } },
  };
  const headers = { 'x-api-key': ['nothing-but-letters'] };
  const vcr = {
    version: 1,
    interactions: [{ ...exchange, request: { ...exchange.request, headers } }],
  };
  writeFileSync(folder.path('vcr.json'), JSON.stringify(vcr, null, 2));

  const { status, stdout, stderr } = callsheet(['scan', '.'], folder.path('.'));
  expect({ status, stderr }).toEqual({ status: 1, stderr: 'callsheet: 2 secrets in 2 files\n' });
  expect(stdout).toBe('nested/.env:2 anthropic-key\nvcr.json:11 credential\n');

  const json = callsheet(['scan', '--json', 'nested', 'nested/.env'], folder.path('.'));
  expect(json.status).toBe(1);
  expect(JSON.parse(json.stdout)).toEqual({
    files: 1,
    secrets: [{ file: 'nested/.env', line: 2, kind: 'anthropic-key' }],
  });
});

test('the fixtures of this repository hold no secrets', () => {
  expect(callsheet(['scan', 'fixtures'], root)).toMatchObject({ status: 0, stdout: '' });
});

test('a path that is not there is an error of one line', () => {
  using folder = temporaryFolder();
  expect(callsheet(['scan', 'nowhere'], folder.path('.'))).toEqual({
    status: 6,
    stdout: '',
    stderr: 'nowhere: no such file or folder\n',
  });
});
