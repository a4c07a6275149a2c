/** Sessions of our own recorded, imported as scenarios, and played again. */
import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  createFakeApi,
  createRecorder,
  parseScenario,
  runScenario,
  type Scenario,
} from 'callsheet';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { callsheetHere } from './in-process.ts';

const scenarios = fileURLToPath(new URL('../../scenarios/', import.meta.url));
const fixtures = fileURLToPath(new URL('../../fixtures/recordings/', import.meta.url));
const callsheet = (args: readonly string[], cwd: string) => callsheetHere(args, { cwd });
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'callsheet-import-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const parsed = (file: string): Scenario => parseScenario(readFileSync(file, 'utf8'), { file });

/** Plays a scenario and records what crosses the wire. */
async function record(scenario: Scenario, file: string): Promise<void> {
  await using api = createFakeApi({ script: scenario });
  const recorder = createRecorder(file, { fetch: api.fetch });
  const recorded = { fetch: recorder.fetch, transcript: api.transcript };
  expect(await runScenario(scenario, { api: recorded })).toMatchObject({ ok: true });
  await recorder.close();
}

test.each(readdirSync(scenarios))('%s recorded and imported is played as it was', async (name) => {
  const before = parsed(join(scenarios, name));
  const file = join(folder, `${name}.cassette.yaml`);
  await record(before, file);
  const out = join(folder, name);
  expect(await callsheet(['import', file, '--as', 'scenario', '-o', out], folder)).toMatchObject({
    status: 0,
    stderr: expect.not.stringContaining('not in it'),
  });
  const after = parsed(out);
  expect(after.data.turns?.map(({ user }) => user)).toEqual(
    before.data.turns?.map(({ user }) => user),
  );
  expect(
    after.data.turns?.flatMap(({ claude }) => claude.map((step) => Object.keys(step)[0])),
  ).toEqual(before.data.turns?.flatMap(({ claude }) => claude.map((step) => Object.keys(step)[0])));
  expect(await callsheet(['run', out], folder)).toMatchObject({ status: 0, stderr: '' });
});

test('a recording without answers is no scenario, and nothing is left behind', async () => {
  const out = join(folder, 'none.yaml');
  copyFileSync(join(fixtures, 'stream.txt'), join(folder, 'stream.txt'));
  const { status, stderr } = await callsheet(
    ['import', 'stream.txt', '--as', 'scenario', '-o', out],
    folder,
  );
  expect([status, stderr]).toEqual([5, expect.stringContaining('stream.txt: ')]);
  expect(readdirSync(folder)).not.toContain('none.yaml');
});
