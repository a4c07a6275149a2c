import type { CellView, TurnView } from '../../protocol/session-view.ts';
import type { TranscriptEvent } from '../../transcript/events.ts';
import { foldSessions } from '../../transcript/fold.ts';
import type { RunsData } from '../data/scenario-data.ts';
import type { Scenario } from '../scenario.ts';
import { describeTurn, turnIndex } from '../turn-names.ts';
import type { Failure } from './failure.ts';

/**
 * Checks the cells that have ended: each printed what its step says (`prints`), and ended with the error its step names
 * (`raises`) or, by default, with none.
 */
export function checkCells(scenario: Scenario, transcript: Iterable<TranscriptEvent>): Failure[] {
  return foldSessions(transcript).flatMap((session) =>
    session.turns.flatMap((turn) => checkTurn(scenario, turn)),
  );
}

function checkTurn({ data: { turns } }: Scenario, turn: TurnView): Failure[] {
  const index = turnIndex(turn.scripted, turns);
  if (index === undefined) return [];
  const steps = turns[index]!.claude.filter((step): step is RunsData => 'runs' in step);
  return turn.cells.flatMap((cell, i) => {
    const step = steps[i];
    const where = `Cell ${i + 1} of ${describeTurn(index, turns)}`;
    return step ? [...checkEnd(cell, step, where), ...checkOutput(cell, step, where)] : [];
  });
}

function checkEnd({ result }: CellView, { raises }: RunsData, where: string): Failure[] {
  if (!result) return [];
  const { return_code, stderr } = result;
  if (raises === undefined) {
    if (return_code === 0) return [];
    return [
      {
        code: 'cell.ended',
        return_code,
        message: `${where} ended with ${errorOf(stderr, return_code)}`,
      },
    ];
  }
  // Lines of a traceback are indented, the error itself is not.
  if (return_code !== 0 && stderr.split('\n').some((line) => line.startsWith(raises))) return [];
  const actual = return_code === 0 ? 'without an error.' : `with ${errorOf(stderr, return_code)}`;
  const message = `${where} should have ended with ${raises}, but ended ${actual}`;
  return [{ code: 'cell.ended', return_code, message }];
}

/** The last line of a traceback, and the traceback below it. */
function errorOf(stderr: string, returnCode: number): string {
  const lines = stderr.trimEnd().split('\n');
  const last = lines.at(-1);
  if (!last) return `return code ${returnCode}.`;
  return lines.length === 1
    ? last
    : `${last}\n\n${lines.map((line) => `  ${line}`.trimEnd()).join('\n')}`;
}

function checkOutput({ result }: CellView, { prints }: RunsData, where: string): Failure[] {
  if (!result || prints === undefined) return [];
  const expected = withoutLastNewlines(prints);
  const actual = withoutLastNewlines(result.stdout);
  if (expected === actual) return [];
  const message = `${where} printed something else than expected.\n\n${firstDifference(expected, actual)}`;
  return [{ code: 'cell.printed', message, expected, actual }];
}

function withoutLastNewlines(text: string): string {
  return text.replace(/\n+$/, '');
}

function firstDifference(expected: string, actual: string): string {
  const [left, right] = [expected.split('\n'), actual.split('\n')];
  const i = left.findIndex((line, i) => line !== right[i]);
  const at = i === -1 ? left.length : i;
  return [
    `  line ${at + 1} of ${Math.max(left.length, right.length)}`,
    `    expected ${showLine(left[at])}`,
    `    actual   ${showLine(right[at])}`,
  ].join('\n');
}

function showLine(line: string | undefined): string {
  return line === undefined ? 'nothing more' : JSON.stringify(line);
}
