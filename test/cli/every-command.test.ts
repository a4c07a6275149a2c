import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import { callsheet } from './callsheet.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'callsheet-every-'));
afterAll(() => rmSync(folder, { recursive: true }));

const help = callsheet(['--help'], root).stdout;
const commands = [...help.matchAll(/^ {2}([a-z]+) .*\S {2,}\S/gm)]
  .map(([, name = '']) => name)
  .filter((name) => name !== 'help');

test('there are commands', () => {
  expect(commands).toEqual(expect.arrayContaining(['run', 'serve', 'probe', 'record', 'show']));
});

test.each(commands)('%s --help has an example, and says what the exit status means', (name) => {
  const { status, stdout } = callsheet([name, '--help'], root);
  expect(status).toBe(0);
  expect(stdout).toMatch(/^Exit status: /m);
  expect(stdout).toMatch(new RegExp(`^Examples?\\b[^]*\\$ callsheet ${name}\\b`, 'm'));
});

test('--help has every exit status', () => {
  for (let status = 0; status <= 8; status++)
    expect(help).toMatch(new RegExp(`^  ${status}  `, 'm'));
});

describe('--json prints one document and nothing else', () => {
  const agent = [process.execPath, 'examples/command-line/agent.mjs'];
  const cassette = join(folder, 'totals.yaml');
  const json = (...args: string[]) => {
    const { stdout, status } = callsheet(args, root);
    const document: unknown = JSON.parse(stdout);
    return { status, document };
  };
  // Recorded from a fake, since there is nothing else to record from.
  const record = `"${process.execPath}" dist/cli/main.js record --json --upstream $ANTHROPIC_BASE_URL --out "${cassette}" -- ${agent.join(' ')}`;

  test('record', () => {
    const args = ['serve', 'scenarios/sales-total.yaml', '--', 'sh', '-c', record];
    const { stdout, stderr, status } = callsheet(args, root);
    expect(JSON.parse(stdout)).toEqual({ out: cassette, exchanges: 3 });
    expect(stderr).toContain('You earned 153.50.');
    expect(status).toBe(0);
  });

  test('replay', () => {
    expect(json('replay', '--json', cassette, '--', ...agent)).toEqual({
      status: 0,
      document: { ok: true, differences: [], failures: [], verdict: [] },
    });
    expect(json('replay', '--json', cassette, '--', process.execPath, '-e', '0')).toEqual({
      status: 1,
      document: {
        ok: false,
        differences: [],
        failures: Array.from({ length: 3 }, () =>
          expect.objectContaining({ code: 'exchange.unplayed' }),
        ),
        verdict: [],
      },
    });
  });

  test('import', () => {
    const out = join(folder, 'imported.yaml');
    expect(json('import', cassette, '--json', '-o', out)).toEqual({
      status: 0,
      document: {
        out,
        as: 'cassette',
        format: 'cassette',
        exchanges: 3,
        remarks: [],
        failures: [],
      },
    });
  });

  test('check', () => {
    const args = ['check', cassette, '--tools', 'examples/command-line/tools.mjs'];
    const { status, document } = json(...args, '--json');
    expect(status).toBe(1);
    expect(document).toMatchObject({ kind: 'breaking' });
    expect(json(...args, '--format', 'json')).toEqual({ status, document });
  });
});

test('in the log of a CI, each step of a report for programs has a line', () => {
  const { stderr, stdout } = callsheet(['run', '--json', 'scenarios/square-roots.yaml'], root, {
    CI: 'true',
  });
  expect(stderr).toBe('callsheet: playing square roots stay in scope (1 of 1)\n');
  expect(JSON.parse(stdout)).toMatchObject({ scenarios: [{ ok: true }] });
});
