/** A recording that is killed at any moment keeps every exchange its client saw the end of. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { readCassette } from 'callsheet';
import { expect, test } from 'vitest';
import { temporaryFolder } from './harness.ts';

const RUNS = Number(process.env['KILL_RUNS'] ?? 3);
const dist = pathToFileURL(`${process.cwd()}/dist/index.js`).href;

/** Records answers of 200 kB, and says the number of each whose end it has seen. */
const program = (file: string): string => `
  import { createRecorder } from ${JSON.stringify(dist)};
  const answer = async () => Response.json({ text: 'x'.repeat(200_000) });
  const recorder = createRecorder(${JSON.stringify(file)}, { fetch: answer });
  for (let n = 0; ; n++) {
    await (await recorder.fetch('http://recorded.invalid/' + n)).text();
    process.stdout.write(n + '\\n');
  }`;

test(
  'what is on disk after kill -9 loads and holds every finished exchange',
  { timeout: 300_000 },
  async () => {
    for (let run = 0; run < RUNS; run++) {
      using folder = temporaryFolder();
      const file = folder.path('a.yaml');
      const child = spawn(process.execPath, ['--input-type=module', '--eval', program(file)]);
      let seen = '';
      child.stdout.setEncoding('utf8').on('data', (text) => (seen += text));
      // Killed after another number of answers each time: where in the next one is chance.
      while (seen.split('\n').length <= run % 7) await once(child.stdout, 'data');
      child.kill('SIGKILL');
      await once(child, 'close');
      const finished = seen.split('\n').slice(0, -1);
      const text = existsSync(file) ? readFileSync(file, 'utf8') : '';
      if (text === '') {
        expect(finished).toEqual([]);
        continue;
      }
      const { exchanges } = readCassette(text, { cut: 'leave out' });
      const paths = exchanges.map(({ request }) => request?.path.slice(1));
      expect(paths.slice(0, finished.length)).toEqual(finished);
      expect(paths.length - finished.length).toBeLessThanOrEqual(1);
    }
  },
);
