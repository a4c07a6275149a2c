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

/** Records answers of 200 kB, three at a time, and says the number of each whose end it has seen. */
const program = (file: string): string => `
  import { createRecorder } from ${JSON.stringify(dist)};
  const answer = async () => Response.json({ text: 'x'.repeat(200_000) });
  const recorder = createRecorder(${JSON.stringify(file)}, { fetch: answer });
  let n = 0;
  async function record() {
    for (;;) {
      const own = n++;
      await (await recorder.fetch('http://recorded.invalid/' + own)).text();
      process.stdout.write(own + '\\n');
    }
  }
  await Promise.all([record(), record(), record()]);`;

/** A moment some time after now: between turns of the event loop that take as long as they take. */
async function later(turns: number): Promise<void> {
  for (let i = 0; i < turns; i++) await new Promise((resolve) => setImmediate(resolve));
}

test('what is on disk after kill -9 loads and holds every finished exchange', async () => {
  let cut = 0;
  for (let run = 0; run < RUNS; run++) {
    using folder = temporaryFolder();
    const file = folder.path('a.yaml');
    const child = spawn(process.execPath, ['--input-type=module', '--eval', program(file)]);
    let seen = '';
    child.stdout.setEncoding('utf8').on('data', (text) => (seen += text));
    // After another number of answers each time, and some moment on: where in a document that is, is chance.
    while (seen.split('\n').length <= run % 7) await once(child.stdout, 'data');
    await later((run * 379) % 4001);
    child.kill('SIGKILL');
    await once(child, 'close');
    const finished = seen.split('\n').slice(0, -1);
    const text = existsSync(file) ? readFileSync(file, 'utf8') : '';
    if (text === '') {
      expect(finished).toEqual([]);
      continue;
    }
    const read = readCassette(text, { cut: 'leave out' });
    const paths = read.exchanges.map(({ request }) => request?.path.slice(1));
    expect(paths).toEqual(expect.arrayContaining(finished));
    expect(paths.length - finished.length).toBeLessThanOrEqual(3);
    cut += read.cut.length;
  }
  console.log(`killed ${RUNS} recordings, ${cut} of them in the middle of a document`);
});
