/** The scoreboard as it is called, with the clients that are installed anyway: `npm run scoreboard -- workspace`. */
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const script = fileURLToPath(new URL('../../scripts/scoreboard.mjs', import.meta.url));

interface Run {
  readonly status: number | string;
  readonly lines: readonly string[];
  readonly stderr: string;
}

function scoreboard(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Run> {
  const options = { env: { ...process.env, ...env } };
  return new Promise((resolve) => {
    execFile(process.execPath, [script, ...args], options, (error, stdout, stderr) => {
      const status = error?.code ?? 0;
      resolve({ status, lines: stdout.trimEnd().split('\n'), stderr });
    });
  });
}

/** Runs the scoreboard on rows of one's own: the ways of the SDK of this repository, and what is expected of them. */
async function scoreboardOf(ways: Record<string, string | string[]>) {
  const folder = mkdtempSync(join(tmpdir(), 'callsheet-scoreboard-'));
  const client = { client: '@anthropic-ai/sdk', kit: 'workspace', program: 'anthropic-sdk.mjs' };
  const file = join(folder, 'rows.yaml');
  // JSON is YAML.
  writeFileSync(file, JSON.stringify([{ ...client, seams: ['fetch'], ways }]));
  try {
    return await scoreboard(['--rows', file]);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

test('the SDK of this repository holds its conversation over every seam', async () => {
  const { status, lines } = await scoreboard(['workspace']);
  expect(lines.slice(0, -2).filter((line) => !/^✓ .* clean$/.test(line))).toEqual([]);
  expect(lines.at(-1)).toBe(
    `${lines.length - 2} rows: ${lines.length - 2} as expected, 0 different, 0 skipped`,
  );
  expect(status).toBe(0);
});

test('a client that does what it is not expected to do fails the run, if it is mended too', async () => {
  const { status, lines } = await scoreboardOf({ create: ['container.required'] });
  expect(lines[0]).toMatch(/^✗ .* clean {2}\(expected container\.required\)$/);
  expect(lines.at(-1)).toBe('1 rows: 0 as expected, 1 different, 0 skipped');
  expect(status).toBe(1);
});

test('a way that a program does not have is no verdict', async () => {
  const { status, lines } = await scoreboardOf({ nowhere: 'clean' });
  expect(lines[0]).toMatch(/^✗ .* \(expected clean\)$/);
  expect(status).toBe(1);
});

test('rows that cannot be read are an error of one line', async () => {
  const { status, stderr } = await scoreboard(['--rows', 'nowhere.yaml']);
  expect(stderr).toMatch(/^nowhere\.yaml: ENOENT/);
  expect(status).toBe(2);
});

test('clients are skipped where the registry cannot be reached, and that is no failure', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'callsheet-scoreboard-'));
  const { status, lines } = await scoreboard(['node-20'], {
    CI: 'true',
    CALLSHEET_CACHE_DIR: folder,
    npm_config_registry: 'http://127.0.0.1:9/',
    npm_config_fetch_retries: '0',
  });
  rmSync(folder, { recursive: true });
  expect(lines[0]).toMatch(/skipped: the registry cannot be reached$/);
  expect(lines.at(-1)).toMatch(/^(\d+) rows: 0 as expected, 0 different, \1 skipped$/);
  expect(status).toBe(0);
});
