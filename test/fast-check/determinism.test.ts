import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

function explore(workers: number, env: NodeJS.ProcessEnv): string {
  const file = fileURLToPath(new URL('explore.mjs', import.meta.url));
  return execFileSync(process.execPath, [file, String(workers)], {
    env: { ...process.env, ...env },
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
}

test('the same seed gives the same runs, failure and shrunk example under another TZ, LANG and number of workers', () => {
  const first = explore(1, { TZ: 'UTC', LANG: 'C' });
  const { yaml, transcript } = JSON.parse(first);
  expect(yaml).toContain('takes: 270001');
  expect(transcript.length).toBeGreaterThan(10);
  expect(explore(2, { TZ: 'Asia/Tokyo', LANG: 'de_DE.UTF-8', LC_ALL: 'de_DE.UTF-8' })).toBe(first);
  expect(explore(4, { TZ: 'America/St_Johns', LANG: 'tr_TR.UTF-8' })).toBe(first);
}, 120_000);
