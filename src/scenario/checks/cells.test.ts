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
