/** Recorded cells run again: what they do otherwise, cell by cell. */
import {
  assertReruns,
  readTodaysTools,
  rerunCells,
  type CellDifference,
  type TodaysTool,
} from 'callsheet/contract';
import 'callsheet/vitest/setup';
import { pyodideSandbox, transcriptOf } from 'callsheet';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { countStock, fetchSales, recordSales, type RecordedSession } from './sales-session.ts';

const sandbox = pyodideSandbox();
let sales: RecordedSession;
beforeAll(async () => {
  sales = await recordSales();
});
afterAll(() => sandbox.dispose());

const transcript = () => transcriptOf(sales.exchanges);
const rerun = async (tools?: readonly TodaysTool[]): Promise<readonly CellDifference[]> => {
  const [cell] = await rerunCells(transcript(), { sandbox, tools });
  expect(cell).toMatchObject({ number: 1, calls: 2 });
  expect(cell?.skipped).toBeUndefined();
  return cell!.differences;
};
/** The lines of the cell that call. */
const CALLS = `rows = json.loads(await fetch_sales({"sku": "A1", "period": "week"}))
units = [row["units"] for row in rows["rows"]]
stock = int(await count_stock({"sku": "A1"}))`;
const MOVED = `stock = int(await count_stock({"sku": "A1"}))
rows = json.loads(await fetch_sales({"sku": "A1", "period": "week"}))
units = [row["units"] for row in rows["rows"]]
await count_stock({"sku": "B2"})`;
const inJson = (text: string): string => JSON.stringify(text).slice(1, -1);

/** The session with a change made to its recording. */
const edited = (from: string, to: string) => {
  const text = JSON.stringify(sales.exchanges);
  expect(text).toContain(from);
  return transcriptOf(JSON.parse(text.replaceAll(from, to)));
};

test('with the recorded results, and with tools that did not change, nothing differs', async () => {
  expect(await rerun()).toEqual([]);
  expect(await rerun(readTodaysTools([fetchSales, countStock]))).toEqual([]);
});

test('a tool that returns something else changes what the cell prints', async () => {
  const today = readTodaysTools([fetchSales, { ...countStock, run: () => '30' }]);
  expect(await rerun(today)).toEqual([
    { kind: 'output.stdout', line: 2, recorded: 'left 13', now: 'left 23' },
  ]);
});

test('a tool whose results lack a key fails the cell, and calls after that are missing', async () => {
  const today = readTodaysTools([{ ...fetchSales, run: () => ({}) }, countStock]);
  expect(await rerun(today)).toMatchObject([
    { kind: 'call.missing', call: { position: 2, tool: 'count_stock' } },
    { kind: 'output.stdout', line: 1 },
    { kind: 'output.return_code', recorded: 0, now: 1 },
    { kind: 'output.error', recorded: '', now: "KeyError: 'rows'" },
  ]);
});

test('calls that are added, moved or changed are told apart', async () => {
  const calls = (code: string) => edited(inJson(CALLS), inJson(code));
  const [cell] = await rerunCells(calls(MOVED), { sandbox });
  expect(cell!.differences.filter(({ kind }) => kind.startsWith('call.'))).toMatchObject([
    { kind: 'call.added', call: { position: 3, tool: 'count_stock', input: { sku: 'B2' } } },
    { kind: 'call.reordered', call: { position: 2, tool: 'count_stock' } },
  ]);
  const [changed] = await rerunCells(calls(CALLS.replace('A1', 'C3')), { sandbox });
  expect(changed!.differences[0]).toMatchObject({
    kind: 'call.changed',
    call: { position: 1, tool: 'fetch_sales' },
    path: 'sku',
    recorded: 'A1',
    now: 'C3',
  });
});

test('a cell whose end or answers are not recorded is not run, and it is said why', async () => {
  const cut = transcriptOf(sales.exchanges.slice(0, -1));
  expect(await rerunCells(cut, { sandbox })).toMatchObject([
    { differences: [], skipped: 'the recording has no result of it' },
  ]);
  const responses = transcriptOf(sales.exchanges.map(({ response }) => ({ response })));
  expect(await rerunCells(responses, { sandbox })).toMatchObject([
    { differences: [], skipped: 'the recording lacks answers to its calls' },
  ]);
});

test('a tool that is gone is a difference', async () => {
  const tools = readTodaysTools([fetchSales]);
  expect(await rerunCells(transcript(), { sandbox, tools })).toMatchObject([
    { differences: [{ kind: 'tool.missing', tool: 'count_stock' }] },
  ]);
  await expect(assertReruns(transcript(), { sandbox, tools })).rejects.toThrow('tool.missing');
});

test('assertReruns says every difference', async () => {
  await assertReruns(transcript(), { sandbox });
  const tools = readTodaysTools([fetchSales, { ...countStock, run: () => '30' }]);
  await expect(assertReruns(transcript(), { sandbox, tools })).rejects.toThrow(
    /cell 1 \(srvtoolu_\w+, 2 calls\)\n {2}output\.stdout {2}line 2: recorded "left 13", now "left 23"/,
  );
});

test('toRerunAsRecorded says the same', async () => {
  await expect(transcript()).toRerunAsRecorded({ sandbox });
  const tools = readTodaysTools([fetchSales, { ...countStock, run: () => '30' }]);
  await expect(transcript()).not.toRerunAsRecorded({ sandbox, tools });
  await expect(expect(transcript()).toRerunAsRecorded({ sandbox, tools })).rejects.toThrow(
    'output.stdout  line 2: recorded "left 13", now "left 23"',
  );
});
