import { expect, test } from 'vitest';
import { begins, cell, handMade, prints } from '../../../test/scenario/hand-made-transcript.ts';
import type { RunsData } from '../data/step-data.ts';
import { scenario } from '../scenario.ts';
import { checkCells } from './cells.ts';

const traceback = `Traceback (most recent call last):
  File "cell.py", line 2, in <module>
    print(rows[9])
          ~~~~^^^
IndexError: list index out of range
`;
const failed = { stderr: traceback, return_code: 1 };

/** What is wrong with a cell that ended like this, given what was expected of it. */
function report(expected: Omit<RunsData, 'runs'>, ...end: [string, typeof failed?]): string {
  const totals = scenario('totals', (claude) => {
    claude.onUser('Total?').says('…').runs('print(7)', expected);
  });
  const transcript = handMade(begins('turn 1'), cell('c1', 'print(7)', 1), prints('c1', ...end));
  return checkCells(totals, transcript)
    .map(({ message }) => message)
    .join('\n---\n');
}

test('without expectations a cell may print anything', () => {
  expect(report({}, 'anything\n')).toBe('');
});

test('newlines at the end of the output do not count', () => {
  expect(report({ prints: '7' }, '7\n')).toBe('');
  expect(report({ prints: '7\n' }, '7')).toBe('');
});

test('other output is shown from the first line that differs', () => {
  expect(report({ prints: 'a\n7' }, 'a\n8\n9\n')).toMatchInlineSnapshot(`
    "Cell 1 of turn 1 of 1 (user: "Total?") printed something else than expected.

      line 2 of 3
        expected "7"
        actual   "8""
  `);
});

test('output that is too short is shown as nothing more', () => {
  expect(report({ prints: '7\n8' }, '7\n')).toMatchInlineSnapshot(`
    "Cell 1 of turn 1 of 1 (user: "Total?") printed something else than expected.

      line 2 of 2
        expected "8"
        actual   nothing more"
  `);
});

test('a cell that ends with an error fails the scenario by default', () => {
  expect(report({}, '', failed)).toMatchInlineSnapshot(`
    "Cell 1 of turn 1 of 1 (user: "Total?") ended with IndexError: list index out of range

      Traceback (most recent call last):
        File "cell.py", line 2, in <module>
          print(rows[9])
                ~~~~^^^
      IndexError: list index out of range"
  `);
});

test('an expected error is no failure', () => {
  expect(report({ raises: 'IndexError' }, '', failed)).toBe('');
  expect(report({ raises: 'IndexError: list index' }, '', failed)).toBe('');
});

test('an error in the middle of a line is not the expected one', () => {
  expect(report({ raises: 'print' }, '', failed)).toContain(
    'Cell 1 of turn 1 of 1 (user: "Total?") should have ended with print, but ended with IndexError: list index out of range',
  );
});

test('an expected error that does not come is a failure', () => {
  expect(report({ raises: 'IndexError' }, '7\n')).toMatchInlineSnapshot(
    `"Cell 1 of turn 1 of 1 (user: "Total?") should have ended with IndexError, but ended without an error."`,
  );
});

test('a tool that code may not call is no name there, and the message says so', () => {
  const asking = scenario('asking', (claude) => void claude.onUser('Hi').runs('await fetch({})'));
  const events = (tool: object) =>
    handMade(
      { type: 'request.received', request: 'r1', body: { tools: [{ name: 'fetch', ...tool }] } },
      begins('turn 1'),
      cell('c1', 'await fetch({})'),
      prints('c1', '', {
        stderr: "Traceback:\nNameError: name 'fetch' is not defined\n",
        return_code: 1,
      }),
    );
  const message = (tool: object) => checkCells(asking, events(tool))[0]?.message;
  expect(message({})).toContain(
    'The tool fetch is declared, but not for code: add "code_execution_20260120" to its `allowed_callers`.',
  );
  expect(message({ allowed_callers: ['code_execution_20260120'] })).not.toContain('is declared');
});

test('the lines of a traceback are those of the cell, without the event loop below it', () => {
  const code = 'import json\nrows = json.loads(await fetch({"sku": "A"}))\nprint(rows[9])';
  const stderr = `Traceback (most recent call last):
  File "/usr/local/lib/python3.11/asyncio/runners.py", line 190, in run
    return runner.run(main)
           ^^^^^^^^^^^^^^^^
  File "/tmp/c1/cell.py", line 10, in <module>
    print(rows[9])
          ~~~~^^^
IndexError: list index out of range
`;
  const totals = scenario('totals', (claude) => {
    claude.onUser('Total?').runs(code);
  });
  const end = prints('c1', '', { ...failed, stderr });
  expect(checkCells(totals, handMade(begins('turn 1'), cell('c1', code), end))).toEqual([
    {
      code: 'cell.ended',
      cell: { session: 's1', id: 'c1' },
      return_code: 1,
      message: `Cell 1 of turn 1 of 1 (user: "Total?") ended with IndexError: list index out of range

  Traceback (most recent call last):
    File "cell.py", line 3, in <module>
      print(rows[9])
            ~~~~^^^
  IndexError: list index out of range`,
    },
  ]);
});

test('what a cell did not print because it failed is no failure of its own', () => {
  expect(report({ prints: '7' }, '', failed)).not.toContain('printed something else');
  expect(report({ prints: '7', raises: 'IndexError' }, '', failed)).toContain(
    'printed something else',
  );
});

const tool = (name: string, ...allowed_callers: string[]) => ({ name, allowed_callers });
const forCode = 'code_execution_20260120';

test.each([
  ["NameError: name 'fetch' is not defined", [tool('fetch', 'direct')], /add "code_execution_/],
  ["NameError: name 'fetch' is not defined", [], /declares no tool fetch. Its tools: none\./],
  [
    "NameError: name 'fetch' is not defined",
    [tool('log', forCode)],
    /declares no tool fetch. Its tools: log\./,
  ],
  [
    "TypeError: fetch() got an unexpected keyword argument 'sku'",
    [tool('fetch', forCode)],
    /takes its arguments as one dict: `await fetch\({…}\)`/,
  ],
  [
    'TypeError: the JSON object must be str, not coroutine',
    [tool('log', forCode), tool('fetch', forCode)],
    /A call of a tool is awaited: `await fetch\({…}\)`/,
  ],
])('an error of who uses a tool in a wrong way says how to use it: %s', (error, tools, hint) => {
  const code = 'rows = json.loads(fetch({"sku": "A"}))';
  const totals = scenario('totals', (claude) => {
    claude.onUser('Total?').runs(code);
  });
  const stderr = `Traceback (most recent call last):
  File "/tmp/c1/cell.py", line 8, in <module>
    ${code}
${error}`;
  const transcript = handMade(
    { type: 'request.received', request: 'r1', body: { tools } },
    begins('turn 1'),
    cell('c1', code),
    prints('c1', '', { stderr, return_code: 1 }),
  );
  expect(checkCells(totals, transcript)[0]?.message).toMatch(hint);
});
