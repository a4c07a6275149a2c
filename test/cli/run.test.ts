import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { callsheet } from './callsheet.ts';
import { callsheetHere } from './in-process.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'callsheet-cli-'));
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), text);
  }
});
afterAll(() => rmSync(folder, { recursive: true }));

const passing = `
scenario: greeting
turns:
  - user: Hi
    claude:
      - says: Hi there.
`;

const files: Record<string, string> = {
  'good/greeting.yaml': passing,
  'good/nested/computes.yml': `
scenario: computes
tools:
  fetch_rows: { answers: [{ with: { sku: A }, returns: [1, 2] }] }
turns:
  - user: Total?
    claude:
      - runs: |
          import json
          rows = json.loads(await fetch_rows({"sku": "A"}))
          print(sum(rows))
        prints: 3
expect:
  calls:
    - fetch_rows: { sku: A }
`,
  'good/notes.txt': 'not a scenario',
  'good/.hidden.yaml': 'not a scenario',
  'failing.yaml': `
scenario: asks for the wrong SKU
tools:
  fetch_rows: { returns: [1, 2] }
turns:
  - user: Total?
    claude:
      - runs: |
          import json
          rows = json.loads(await fetch_rows({"sku": "A", "weeks": 2}))
          print(sum(rows))
        prints: 4
expect:
  calls:
    - fetch_rows: { sku: B }
`,
  'typo.yaml': passing.replace('turns', 'turnz'),
  'syntax.yaml': 'scenario: "x',
  'unanswered.yaml': `scenario: unanswered\ntools:\n  fetch_rows: {}${passing.replace(/\nscenario.*/, '')}`,
  'empty/notes.txt': '',
};

/** Runs the command line in the folder of these files. */
const here = (...args: string[]) => callsheetHere(args, { cwd: folder });

test('the scenarios of this repository pass', () => {
  const { stdout, stderr, status } = callsheet(['run'], root);
  expect(stderr).toBe('');
  expect(stdout).toMatchInlineSnapshot(`
    "✓ a cell fails and the next goes on with its state  1 turn, 2 cells, 1 call
    ✓ stock is counted in four warehouses at once  1 turn, 1 cell, 5 calls
    ✓ sales rows are fetched once and computed with  2 turns, 2 cells, 1 call
    ✓ square roots stay in scope  2 turns, 2 cells, 0 calls

    4 passed, 0 failed
    "
  `);
  expect(status).toBe(0);
});

test('the scenarios of this repository pass with the SDK', async () => {
  const { stdout, status } = await callsheetHere(['run', '--client', 'sdk'], { cwd: root });
  expect(stdout).toContain('4 passed, 0 failed');
  expect(status).toBe(0);
});

test('a folder stands for the YAML files below it, hidden ones aside', async () => {
  const { stdout, status } = await here('run', 'good/');
  expect(stdout).toMatchInlineSnapshot(`
    "✓ greeting  1 turn, 0 cells, 0 calls
    ✓ computes  1 turn, 1 cell, 1 call

    2 passed, 0 failed
    "
  `);
  expect(status).toBe(0);
});

test('a failed scenario shows what differs, and the others run on', async () => {
  const { stdout, stderr, status } = await here('run', 'failing.yaml', 'good/greeting.yaml');
  expect(stderr).toBe('');
  expect(stdout).toMatchInlineSnapshot(`
    "✗ asks for the wrong SKU  1 turn, 1 cell, 1 call, failing.yaml

        Cell 1 of turn 1 of 1 (user: "Total?") printed something else than expected.

          line 1 of 1
            expected "4"
            actual   "3"

        Tool calls: call 1, fetch_rows, has other arguments than expected.

          different: fetch_rows({"sku":"A","weeks":2})
            called on line 2 of cell 1: rows = json.loads(await fetch_rows({"sku": "A", "weeks": 2}))
            $.sku     expected "B"       actual "A"
            $.weeks   expected nothing   actual 2

            expected                  actual
          ≠ fetch_rows({"sku":"B"})   fetch_rows({"sku":"A","weeks":2})

    ✓ greeting  1 turn, 0 cells, 0 calls

    1 passed, 1 failed
    "
  `);
  expect(status).toBe(1);
});

test('a file that is not valid is one line a problem, and hides nothing else', async () => {
  const { stdout, stderr, status } = await here('run', 'typo.yaml', 'failing.yaml', 'good');
  expect(stderr).toMatchInlineSnapshot(`
    "typo.yaml:3:1 unknown key "turnz"; did you mean "turns"?
    "
  `);
  expect(stdout.trimEnd().split('\n').at(-1)).toBe('2 passed, 1 failed, 1 not valid');
  expect(status).toBe(2);
});

test.each([
  [['syntax.yaml'], 'syntax.yaml:1:13 not YAML: Missing closing "quote\n'],
  [['nowhere.yaml'], 'nowhere.yaml: no such file or folder\n'],
  [[], 'scenarios: no such file or folder\n'],
  [['empty'], 'empty: no .yaml files in this folder\n'],
  [
    ['unanswered.yaml'],
    'unanswered.yaml:3:15 the tool "fetch_rows" needs "returns" or "answers" to be run\n',
  ],
])('run %j is an error of one line', async (args, line) => {
  expect(await here('run', ...args)).toEqual({ status: 2, stdout: '', stderr: line });
});

test.each([
  [['run', '--jsno'], "error: unknown option '--jsno'\n(Did you mean --json?)"],
  [['rnu'], "error: unknown command 'rnu'\n(Did you mean run?)"],
  [['run', '--client', 'curl'], 'curl is neither "fetch" nor "sdk", nor a module: '],
])('%j is bad usage', async (args, message) => {
  const { status, stdout, stderr } = await here(...args);
  expect(stderr).toContain(message);
  expect(stderr).not.toContain('    at ');
  expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
});

test('--version is the version of the package', async () => {
  expect(await here('--version')).toMatchObject({
    status: 0,
    stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/),
  });
});

test('run --help has an example that runs', async () => {
  const { status, stdout } = await here('run', '--help');
  expect(status).toBe(0);
  const example = /Example, totals.yaml:\n\n([^]*?)\n\n {2}\$/.exec(stdout)?.[1] ?? '';
  writeFileSync(join(folder, 'totals.yaml'), example);
  expect((await here('run', 'totals.yaml')).stdout).toBe(
    '✓ weekly totals  1 turn, 1 cell, 1 call\n\n1 passed, 0 failed\n',
  );
});

test('--verdict says after each scenario which rules the client broke', async () => {
  const clean = await here('run', '--verdict', 'good/greeting.yaml');
  expect(clean.stdout).toBe(
    '✓ greeting  1 turn, 0 cells, 0 calls\nverdict  no rule broken\n\n\n1 passed, 0 failed\n',
  );
});

test('--json is one document with everything in it', async () => {
  const { status, stdout } = await here('run', '--json', 'failing.yaml', 'typo.yaml');
  expect(status).toBe(2);
  expect(JSON.parse(stdout)).toMatchObject({
    scenarios: [
      {
        file: 'failing.yaml',
        name: 'asks for the wrong SKU',
        ok: false,
        failures: [
          { code: 'cell.printed', expected: '4', actual: '3' },
          {
            code: 'calls.different',
            deviations: [
              {
                kind: 'different',
                expected: 0,
                actual: 0,
                differences: [
                  { path: '$.sku', expected: 'B', actual: 'A' },
                  { path: '$.weeks', actual: 2 },
                ],
              },
            ],
          },
        ],
        findings: [],
        transcript: expect.arrayContaining([expect.objectContaining({ type: 'cell.finished' })]),
      },
    ],
    problems: [{ file: 'typo.yaml', line: 3, column: 1 }],
  });
});

test('--json is the same bytes every time, everywhere', async () => {
  const first = await callsheetHere(['run', '--json'], { cwd: root });
  const second = callsheet(['run', '--json'], root, {
    TZ: 'Asia/Kathmandu',
    LANG: 'tr_TR.UTF-8',
    LC_ALL: 'tr_TR.UTF-8',
    FORCE_COLOR: '1',
  });
  expect(first.status).toBe(0);
  expect(second.stdout).toBe(first.stdout);
  expect(first.stdout).not.toContain(root);
});

test('what is not a terminal gets no colours, whatever the environment', () => {
  const { stdout } = callsheet(['run', 'good/greeting.yaml'], folder, {
    FORCE_COLOR: '1',
    CI: '1',
  });
  expect(stdout).toBe('✓ greeting  1 turn, 0 cells, 0 calls\n\n1 passed, 0 failed\n');
});

test('--reporter github annotates what failed, with its place where that is known', async () => {
  const { status, stdout } = await here('run', '--reporter', 'github', 'failing.yaml', 'typo.yaml');
  expect(status).toBe(2);
  const [failed, invalid, end] = stdout.split('\n');
  expect(failed).toMatch(
    /^::error file=failing.yaml,line=8,col=9,title=asks for the wrong SKU::Cell 1 of turn 1 .*%0A/,
  );
  expect(invalid).toBe(
    '::error file=typo.yaml,line=3,col=1,title=not a valid scenario::unknown key "turnz"; did you mean "turns"?',
  );
  expect(end).toBe('');
});

test('--reporter junit is one XML document with a case a scenario', async () => {
  const { status, stdout } = await here('run', '--reporter', 'junit', 'good/greeting.yaml');
  expect(status).toBe(0);
  expect(stdout).toContain('<testsuites name="callsheet run" tests="1" failures="0"');
  expect(stdout).toContain('name="greeting"');
});

test('what a tool takes passes on the clock of the session, and costs no real time', async () => {
  writeFileSync(
    join(folder, 'slow.yaml'),
    `
scenario: slow tool
tools:
  fetch_rows: { returns: 7, takes: 4m }
turns:
  - user: Total?
    claude:
      - runs: |
          import time
          before = time.time()
          await fetch_rows({})
          print(round(time.time() - before))
        prints: 240
`,
  );
  expect(await here('run', 'slow.yaml')).toMatchObject({ status: 0, stderr: '' });
});

test('schema prints a JSON Schema', async () => {
  const { status, stdout } = await here('schema');
  expect(status).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ title: 'A scenario of callsheet', type: 'object' });
});
