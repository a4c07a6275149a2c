import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { runs } from './extent.ts';

async function explore(workers: number, env: NodeJS.ProcessEnv): Promise<string> {
  const file = fileURLToPath(new URL('explore.mjs', import.meta.url));
  const args = [file, String(workers), String(runs(10, 50))];
  const { stdout } = await promisify(execFile)(process.execPath, args, {
    env: { ...process.env, ...env },
    maxBuffer: 64 * 1024 * 1024,
  });
  return stdout;
}

test('the same seed gives the same runs, failure and shrunk example under another TZ, LANG and number of workers', async () => {
  const [first, ...others] = await Promise.all([
    explore(1, { TZ: 'UTC', LANG: 'C' }),
    explore(2, { TZ: 'Asia/Tokyo', LANG: 'de_DE.UTF-8', LC_ALL: 'de_DE.UTF-8' }),
    ...(runs(0, 1) > 0 ? [explore(4, { TZ: 'America/St_Johns', LANG: 'tr_TR.UTF-8' })] : []),
  ]);
  const { yaml, transcript } = JSON.parse(first);
  expect(yaml).toContain('takes: 270001');
  expect(transcript.length).toBeGreaterThan(10);
  for (const other of others) expect(other).toBe(first);
});
