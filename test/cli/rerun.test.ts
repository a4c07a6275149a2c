import { writeFileSync } from 'node:fs';
import { beforeAll, afterAll, expect, test } from 'vitest';
import { messageIn } from '../../src/cassette/body.ts';
import type { Exchange } from '../../src/cassette/exchange.ts';
import { writeCassette } from '../../src/cassette/write-cassette.ts';
import { recordSales } from '../contract/sales-session.ts';
import { type Folder, temporaryFolder } from '../record/harness.ts';
import { callsheetHere } from './in-process.ts';

/** What a client sends that goes on from a session: all of it is in its history. */
function afterwards(exchanges: readonly Exchange[]) {
  const { request, response } = exchanges.at(-1)!;
  const body = request!.body as { messages: object[] };
  const { content } = messageIn(response!)!;
  const more = [
    { role: 'assistant', content },
    { role: 'user', content: 'Thank you.' },
  ];
  return { ...body, messages: [...body.messages, ...more] };
}

let folder: Folder;
beforeAll(async () => {
  folder = temporaryFolder();
  const { exchanges } = await recordSales();
  writeFileSync(folder.path('sales.yaml'), writeCassette(exchanges));
  writeFileSync(folder.path('part.yaml'), writeCassette(exchanges.slice(0, -1)));
  writeFileSync(folder.path('history.json'), JSON.stringify(afterwards(exchanges)));
  writeFileSync(folder.path('cut.yaml'), '---\ncassette: 1\n');
  const module = (stock: string) => `
    export const fetchSales = { name: 'fetch_sales', input_schema: { type: 'object' },
      run: () => ({ rows: [{ day: 'Mon', units: 3 }, { day: 'Tue', units: 4 }] }) };
    export const countStock = { name: 'count_stock', input_schema: { type: 'object' },
      run: () => '${stock}' };`;
  writeFileSync(folder.path('same.mjs'), module('20'));
  writeFileSync(folder.path('other.mjs'), module('30'));
});
afterAll(() => folder[Symbol.dispose]());

const rerun = (...args: string[]) => callsheetHere(['rerun', ...args], { cwd: folder.path('.') });

test('cells that do what they did: status 0; those that cannot be run are named', async () => {
  const { status, stdout, stderr } = await rerun('sales.yaml', 'part.yaml');
  expect(stdout).toMatch(
    /^sales\.yaml\ncell 1 \(srvtoolu_\w+, 2 calls\): as recorded\npart\.yaml\ncell 1 .*\n {2}not run: the recording has no result of it\n$/,
  );
  expect(stderr).toBe('callsheet: 1 cells as recorded, 0 different, 1 not run\n');
  expect(status).toBe(0);
});

test('cells that only the history of a request tells of are run, too', async () => {
  const { status, stdout } = await rerun('history.json');
  expect(stdout).toMatch(/^history\.json\ncell 1 \(srvtoolu_\w+, 2 calls\): as recorded\n$/);
  expect(status).toBe(0);
});

test("today's tools answer: status 1 when a cell does something else, as text and as JSON", async () => {
  expect((await rerun('sales.yaml', '--tools', 'same.mjs')).status).toBe(0);
  const { status, stdout } = await rerun('sales.yaml', '--tools', 'other.mjs');
  expect(stdout).toContain('\n  output.stdout  line 2: recorded "left 13", now "left 23"\n');
  expect(status).toBe(1);
  const json = await rerun('sales.yaml', '--tools', 'other.mjs', '--json');
  expect(json.status).toBe(1);
  expect(JSON.parse(json.stdout)).toMatchObject({
    files: [{ file: 'sales.yaml', cells: [{ number: 1, differences: [{ line: 2 }] }] }],
    counts: { asRecorded: 0, different: 1, skipped: 0 },
  });
});

test.each([
  [['none.yaml'], 6, 'none.yaml: no such file or folder\n'],
  [['cut.yaml'], 3, 'cut.yaml:1: the exchange'],
  [['same.mjs'], 5, 'same.mjs: it is none of'],
  [['sales.yaml', '--tools', 'none.mjs'], 2, 'none.mjs: cannot be loaded'],
])('%j is an error of one line', async (args, expected, message) => {
  const { status, stdout, stderr } = await rerun(...args);
  expect(stderr).toContain(message);
  expect([status, stdout, stderr.split('\n').length]).toEqual([expected, '', 2]);
});
