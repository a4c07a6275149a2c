import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';

const project = fileURLToPath(new URL('project', import.meta.url));
const vitest = fileURLToPath(new URL('../../node_modules/vitest/vitest.mjs', import.meta.url));

let folder = '';
let results: Record<string, { status: string; failureMessages: string[] }> = {};
let printed = '';

/** Runs the project's tests once; they fail, so Vitest ends with 1. */
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'callsheet-vitest-'));
  await writeScenarios();
  const config = join(project, 'vitest.config.ts');
  const report = join(folder, 'report.json');
  const args = ['run', '--config', config, '--root', project, '--reporter=json'];
  args.push('--reporter=callsheet/vitest/reporter', `--outputFile.json=${report}`);
  const { NODE_OPTIONS: _, ...env } = process.env;
  const run = promisify(execFile)(process.execPath, [vitest, ...args], {
    cwd: folder,
    env: { ...env, SCENARIOS: 'scenarios', VITEST_MODE: 'RUN' },
  });
  ({ stdout: printed } = await run.catch((error: { code: number; stdout: string }) => {
    expect(error.code).toBe(1);
    return error;
  }));
  const { testResults } = JSON.parse(await readFile(report, 'utf8'));
  for (const { assertionResults } of testResults) {
    for (const each of assertionResults) results[each.title] = each;
  }
});
afterAll(() => rm(folder, { recursive: true }));

async function writeScenarios() {
  await mkdir(join(folder, 'scenarios'));
  const good = 'scenario: greeting\nturns: [{ user: Hi, claude: [says: Hello.] }]\n';
  await writeFile(join(folder, 'scenarios/good.yaml'), good);
  const wrong =
    'scenario: wrong\nturns: [{ user: Hi, claude: [{ runs: print(1), prints: "2" }] }]\n';
  await writeFile(join(folder, 'scenarios/wrong.yaml'), wrong);
  await writeFile(join(folder, 'scenarios/mistyped.yaml'), 'scenario: mistyped\ntunrs: []\n');
}

const message = (title: string) => results[title]!.failureMessages.join('\n');

test('a test that leaves a turn unplayed or breaks a rule fails, unless that is allowed', () => {
  expect(Object.entries(results).map(([title, { status }]) => [title, status])).toEqual(
    expect.arrayContaining([
      ['leaves a turn unplayed', 'failed'],
      ['may leave a turn unplayed', 'passed'],
      ['breaks a rule', 'failed'],
      ['may break a rule', 'passed'],
      ['is not as the scenario says', 'failed'],
      ['need not be as the scenario says', 'passed'],
      ['leaves an exchange unplayed', 'failed'],
      ['may leave an exchange unplayed', 'passed'],
      ['asks for what was not recorded', 'failed'],
    ]),
  );
  expect(message('leaves a turn unplayed')).toContain('turn 2 of 2 (user: "Bye") was never played');
  expect(message('breaks a rule')).toContain('Finding request.sampling_range');
  expect(message('does not answer a call')).toContain('Finding cell.abandoned');
  expect(message('does not answer a call')).toContain(
    'it stopped after step 1, waiting for an answer to fetch({"sku":"A"}); next Claude says.',
  );
  expect(message('leaves an exchange unplayed')).toContain('POST /v1/messages was never played');
  expect(message('asks for what was not recorded')).toContain('No recorded exchange is left');
  expect(message('is not as the scenario says')).toContain(
    'Cell 1 of turn 1 of 1 (user: "Hi") printed something else than expected.',
  );
  expect(message('is not as the scenario says')).toContain(
    'Requests: expected 2, but there was 1.',
  );
});

test('what is left behind is told once, at the place where the test made its fake', () => {
  const [once, ...more] = results['leaves a turn unplayed']!.failureMessages;
  expect(more).toEqual([]);
  expect(once).toMatch(/^LeftBehindError: .*\n +at .*left-behind\.case\.ts:\d+/);
});

test('a test that fails by itself is told the cause besides, if any; a soft one all that failed', () => {
  expect(results['fails by itself']!.failureMessages).toHaveLength(1);
  expect(results['fails because of its cell']!.failureMessages).toEqual([
    expect.stringContaining('Cell 1 of 1 printed something else than expected.'),
    expect.stringContaining("ended with NameError: name 'rows' is not defined"),
  ]);
  expect(results['fails softly']!.failureMessages).toHaveLength(2);
});

test('the reporter writes the transcripts of failed tests, and says where', async () => {
  const output = join(project, '.callsheet/transcripts');
  const files = await readdir(output);
  expect(files.filter((file) => file.includes('left-behind')).toSorted()).toEqual([
    'left-behind.case.ts-asks-for-what-was-not-recorded.json',
    'left-behind.case.ts-breaks-a-rule.json',
    'left-behind.case.ts-does-not-answer-a-call.json',
    'left-behind.case.ts-fails-because-of-its-cell.json',
    'left-behind.case.ts-fails-by-itself.json',
    'left-behind.case.ts-fails-softly.json',
    'left-behind.case.ts-is-not-as-the-scenario-says.json',
    'left-behind.case.ts-leaves-a-turn-unplayed.json',
    'left-behind.case.ts-leaves-an-exchange-unplayed.json',
  ]);
  const { test, transcripts } = JSON.parse(
    await readFile(join(output, 'left-behind.case.ts-fails-by-itself.json'), 'utf8'),
  );
  expect(test).toBe('fails by itself');
  expect(transcripts[0].at(-1).type).toBe('response.sent');
  expect(printed).toContain('.callsheet/transcripts/left-behind.case.ts-fails-by-itself.json');
  await rm(join(project, '.callsheet'), { recursive: true });
});

test('every scenario file is a test; one that is no scenario fails with line and column', () => {
  expect(results['scenarios/good.yaml › greeting']!.status).toBe('passed');
  expect(message('scenarios/wrong.yaml › wrong')).toContain('printed something else than expected');
  expect(message('scenarios/mistyped.yaml')).toContain('scenarios/mistyped.yaml:2:1');
});
