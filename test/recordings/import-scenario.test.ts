/** Every recorded session that says enough is a scenario that passes, read again from its YAML. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import {
  createFakeApi,
  importScenario,
  parseScenario,
  readRecording,
  runScenario,
  toYaml,
  transcriptOf,
} from 'callsheet';
import { expect, test } from 'vitest';

const RECORDINGS = new URL('../../../shared/recordings/', import.meta.url);
const FOLDERS = ['anthropic-sdk-python', 'pydantic-ai', 'rig', 'vercel-ai'];
const SAYS_TOO_LITTLE = /^nothing that Claude did is recorded|^the recording holds no answer of/;

const createApi = (script: Parameters<typeof runScenario>[0]) => createFakeApi({ script });

test('recorded sessions imported as scenarios pass', async (context) => {
  if (!existsSync(RECORDINGS)) context.skip('the recordings are not here');
  const files = FOLDERS.flatMap((folder) =>
    readdirSync(new URL(folder, RECORDINGS)).map(
      (file) => new URL(`${folder}/${file}`, RECORDINGS),
    ),
  );
  const passed: string[] = [];
  for (const file of files) {
    const { exchanges } = readRecording(readFileSync(file, 'utf8'));
    const imported = await importScenario('x', transcriptOf(exchanges), { createApi }).catch(
      (error: Error) => error,
    );
    if (imported instanceof Error) {
      expect([file.pathname, imported.message]).toEqual([
        file.pathname,
        expect.stringMatching(SAYS_TOO_LITTLE),
      ]);
      continue;
    }
    const yaml = toYaml(imported.scenario);
    const scenario = parseScenario(yaml);
    await using api = createApi(scenario);
    const { failures } = await runScenario(scenario, { api });
    expect([file.pathname, failures]).toEqual([file.pathname, []]);
    passed.push(yaml);
  }
  expect(passed.length).toBeGreaterThan(30);
  // Where the code prints the same here the scenario says what.
  expect(passed.filter((yaml) => yaml.includes('prints:')).length).toBeGreaterThan(10);
});
