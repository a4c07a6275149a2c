import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { writeCassette } from '../../src/cassette/write-cassette.ts';
import { recordSales } from '../contract/sales-session.ts';
import { callsheet, type Ended } from './callsheet.ts';
import { callsheetHere } from './in-process.ts';

const folder = mkdtempSync(join(tmpdir(), 'callsheet-check-'));
const cassettes = Array.from({ length: 20 }, (_, i) => `sales-${i}.yaml`);
const check = (...args: string[]): Promise<Ended> =>
  callsheetHere(['check', ...args], { cwd: folder });

/** A module of tools: those that were recorded, with a change made to their text. */
const tools = (change: (source: string) => string = (source) => source): string =>
  change(`
export const fetchSales = {
  name: 'fetch_sales',
  description: 'Returns JSON text: {"rows": [{"day", "units"}]}.',
  input_schema: {
    type: 'object',
    properties: { sku: { type: 'string' }, period: { type: 'string', enum: ['day', 'week'] } },
    required: ['sku'],
  },
  allowed_callers: ['code_execution_20260120'],
  run: () => ({ rows: [{ day: 'Mon', units: 3 }, { day: 'Tue', units: 4 }], page: 1 }),
};
export const countStock = {
  name: 'count_stock',
  description: 'Returns how many are left, as text.',
  input_schema: { type: 'object', properties: { sku: { type: 'string' } }, required: ['sku'] },
  allowed_callers: ['code_execution_20260120'],
  run: () => '20',
};
`);

beforeAll(async () => {
  const { exchanges } = await recordSales();
  const cassette = writeCassette(exchanges);
  for (const file of cassettes) writeFileSync(join(folder, file), cassette);
  const modules = {
    'same.mjs': tools(),
    'required.mjs': tools((text) => text.replace("required: ['sku']", "required: ['sku', 'day']")),
    'renamed.mjs': tools((text) => text.replaceAll('units: ', 'sold: ')),
    'stocked.mjs': tools((text) => text.replace("'20'", "'30'")),
    'near.mjs': `${tools((text) => text.replace("'20'", "'30'"))}
export const sameResult = (recorded, today, { tool }) =>
  tool !== 'count_stock' || Math.abs(recorded - today) < 5;
`,
    'strict.mjs': tools((text) => text.replace("description: 'Returns how", 'strict: true, $&')),
    'vague.mjs': tools((text) => text.replace('Returns how many are left, as text.', 'Stock.')),
    'empty.mjs': 'export const nothing = 1;',
    'cut.yaml': '---\ncassette: 1\n',
    'later.yaml': '---\ncassette: 99\n...\n',
  };
  for (const [file, text] of Object.entries(modules)) writeFileSync(join(folder, file), text);
});
afterAll(() => rmSync(folder, { recursive: true }));

test('tools that did not change: status 0, and it says what it skipped', async () => {
  const { status, stdout, stderr } = await check('sales-0.yaml', '--tools', 'same.mjs');
  expect(stderr).toBe('');
  expect(stdout).toMatch(/^skipped {2}1 cell was not run again/);
  expect(stdout).toContain('nothing changed  2 tools, 1 recording');
  expect(status).toBe(0);
});

test('a required argument: status 1, with the line of the call and an example', async () => {
  const { status, stdout } = await check('sales-0.yaml', '--tools', 'required.mjs');
  expect(stdout).toContain(
    '✗ fetch_sales /day: was optional, now required  input.required.narrowed',
  );
  expect(stdout).toMatch(/ {4}sales-0\.yaml, cell srvtoolu_\w+, line 2: /);
  expect(stdout).toContain('for example {"sku":"A1","period":"week"}');
  expect(status).toBe(1);
});

test('--rerun runs the cells again: the line that fails', () => {
  const args = ['check', 'sales-0.yaml', '--tools', 'renamed.mjs', '--rerun'];
  const { status, stdout } = callsheet(args, folder);
  expect(stdout).toContain("fetch_sales: KeyError: 'units'  cell.failed");
  expect(stdout).toMatch(/ {4}sales-0\.yaml, cell srvtoolu_\w+, line 3\n/);
  expect(stdout).not.toContain('skipped');
  expect(status).toBe(1);
});

test('other output is told, and fails with --strict only', async () => {
  const lax = await check('sales-0.yaml', '--tools', 'stocked.mjs', '--rerun');
  expect(lax.stdout).toContain('? count_stock: printed "left 13", now "left 23"  cell.printed');
  expect(lax.status).toBe(0);
  expect(
    (await check('sales-0.yaml', '--tools', 'stocked.mjs', '--rerun', '--strict')).status,
  ).toBe(1);
});

test('a comparison of values that the module exports: status 1 where it says no', async () => {
  const { status, stdout } = await check('sales-0.yaml', '--tools', 'near.mjs', '--rerun');
  expect(stdout).toContain('✗ count_stock: the result was 20, now 30  result.value');
  expect(stdout).toMatch(/ {4}sales-0\.yaml, cell srvtoolu_\w+, line 4\n/);
  expect(status).toBe(1);
});

test('tools that code cannot rely on: advice, and status 1 for what the API refuses', async () => {
  const vague = await check('sales-0.yaml', '--tools', 'vague.mjs');
  expect(vague.stdout).toContain(
    '! `count_stock` does not say what it returns: the code that reads it is a guess.  lint.results_undescribed\n' +
      '    Say in the description what it returns',
  );
  expect(vague.stdout).toContain('1 cosmetic, 1 lint');
  expect(vague.status).toBe(0);
  const strict = await check('sales-0.yaml', '--tools', 'strict.mjs');
  expect(strict.stdout).toMatch(
    /^✗ count_stock: tools\.\d\.custom: .*`strict` is not supported.* tool\.strict_from_code$/m,
  );
  expect(strict.status).toBe(1);
  expect(
    (await check('sales-0.yaml', '--tools', 'strict.mjs', '--format', 'github')).stdout,
  ).toContain('::error title=tool.strict_from_code::');
});

test('--update agrees on what there is; the file holds from then on', async () => {
  const args = ['sales-0.yaml', '--tools', 'required.mjs', '--contract', 'agreed.json'];
  expect((await check(...args)).status).toBe(1);
  const { status, stderr } = await check(...args, '--update');
  expect(stderr).toBe('callsheet: wrote agreed.json\n');
  expect(status).toBe(0);
  expect((await check(...args)).stdout).toContain('nothing changed');
  const { tools } = JSON.parse(readFileSync(join(folder, 'agreed.json'), 'utf8'));
  expect(tools).toContainEqual(
    expect.objectContaining({
      name: 'fetch_sales',
      input: { schema: expect.objectContaining({ required: ['sku', 'day'] }) },
    }),
  );
});

test('the reports for other programs', async () => {
  const report = async (format: string) =>
    (await check('sales-0.yaml', '--tools', 'required.mjs', '--format', format)).stdout;
  expect(JSON.parse(await report('json'))).toMatchObject({
    kind: 'breaking',
    changes: [
      { rule: 'input.required.narrowed', path: '/day', places: [{ line: 2 }] },
      { kind: 'compatible' },
    ],
  });
  expect(await report('junit')).toContain(
    '<failure message="fetch_sales /day: was optional, now required">',
  );
  expect(await report('github')).toContain(
    '::error file=sales-0.yaml,title=input.required.narrowed /day::',
  );
});

test.each([
  [
    'a cassette that is not there',
    ['none.yaml', '--tools', 'same.mjs'],
    'none.yaml: no such file or folder',
    6,
  ],
  [
    'a module that is not there',
    ['sales-0.yaml', '--tools', 'none.mjs'],
    'none.mjs: cannot be loaded',
    2,
  ],
  [
    'a module without tools',
    ['sales-0.yaml', '--tools', 'empty.mjs'],
    'empty.mjs: exports no tool',
    2,
  ],
  [
    'a file that is no recording',
    ['same.mjs', '--tools', 'same.mjs'],
    'same.mjs: it is none of',
    5,
  ],
  ['a cassette that is cut', ['cut.yaml', '--tools', 'same.mjs'], 'cut.yaml:1: the exchange', 3],
  ['a later cassette', ['later.yaml', '--tools', 'same.mjs'], 'later.yaml:1: a cassette of', 4],
])('%s is an error of one line', async (_, args, message, expected) => {
  const { status, stderr } = await check(...args);
  expect(stderr).toContain(message);
  expect(stderr.trimEnd()).not.toContain('\n');
  expect(status).toBe(expected);
});

/** Says on stderr how long the process used a processor, whatever else the machine does. */
const TELLS_TIME = `--import="data:text/javascript,process.on('exit',()=>process.stderr.write(JSON.stringify(process.cpuUsage())))"`;

test('20 cassettes without Python are checked in less than 2 seconds', () => {
  const args = ['check', ...cassettes, '--tools', 'same.mjs'];
  const { status, stdout, stderr } = callsheet(args, folder, { NODE_OPTIONS: TELLS_TIME });
  expect(stdout).toMatch(/^skipped {2}20 cells were not run again/);
  expect(status).toBe(0);
  const { user, system } = JSON.parse(stderr);
  const milliseconds = (user + system) / 1000;
  console.log(`20 cassettes: ${milliseconds.toFixed(0)} ms of processor time`);
  expect(milliseconds).toBeLessThan(2000);
});
