import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));

test('code in the documentation is that of the examples, output is what commands print', () => {
  const script = ['scripts/docs.mjs', '--check'];
  const { stdout, stderr } = spawnSync(process.execPath, script, { cwd: root, encoding: 'utf8' });
  expect(stderr).toBe('');
  expect(stdout).toBe('docs: as in the programs\n');
}, 120_000);
