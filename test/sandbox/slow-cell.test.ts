import { pyodideSandbox } from 'callsheet';
import { afterAll, expect, test } from 'vitest';

const sandbox = pyodideSandbox();
afterAll(() => sandbox.dispose());

async function runSlow(delay: number, code: string) {
  const container = await sandbox.createContainer({ id: `c-${delay}`, seed: 's', epoch: 0 });
  return container.run({ id: 'cell', code, tools: [], at: 1000, delay });
}

test('a slow cell begins late by its own clock', async () => {
  const outcome = await runSlow(30_000, 'import time\nprint(round(time.time(), 3))');
  expect(outcome).toMatchObject({ state: 'finished', stdout: '31.0\n', at: 31_000 });
});

test('a delay beyond its limit ends a cell before its first line', async () => {
  const outcome = await runSlow(90_000, 'print("here")');
  expect(outcome).toMatchObject({ state: 'finished', stdout: '', return_code: 1, at: 91_000 });
});
