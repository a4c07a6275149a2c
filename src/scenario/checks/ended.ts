import type { Reference } from '../../transcript/reference.ts';
import type { ExpectedEnd } from '../data/expect-data.ts';
import type { Failure } from './failure.ts';
import { inOwnLines } from './own-lines.ts';

/** How a cell or a command ended. */
export interface Ended {
  readonly stdout: string;
  readonly stderr: string;
  readonly return_code: number;
}

/** A cell or a command, in words and for programs. */
export interface Place {
  readonly name: string;
  readonly cell: Reference;
  /** Of a cell: its code. */
  readonly code?: string | undefined;
}

/**
 * Compares how a cell or a command ended with what was expected. What it did not print because it failed is no failure of
 * its own.
 */
export function checkEnded(ended: Ended, expected: ExpectedEnd, place: Place): Failure[] {
  const { code, cell } = place;
  const stderr =
    code === undefined ? ended.stderr : inOwnLines(ended.stderr, { id: cell.id, code });
  const failures = checkEnd({ ...ended, stderr }, expected, place);
  return failures.length > 0 && ended.return_code !== 0
    ? failures
    : [...failures, ...checkOutput(ended, expected, place)];
}

function checkEnd(
  { return_code, stderr }: Ended,
  expected: ExpectedEnd,
  { name, cell }: Place,
): Failure[] {
  const { raises } = expected;
  const failure = (message: string): Failure[] => [
    { code: 'cell.ended', cell, return_code, message: `${name} ${message}` },
  ];
  const wanted = expected.return_code;
  if (wanted !== undefined && wanted !== return_code) {
    return failure(
      `should have ended with return code ${wanted}, but ended ${describeEnd(return_code, stderr)}`,
    );
  }
  if (raises === undefined) {
    return return_code === 0 || wanted !== undefined
      ? []
      : failure(`ended ${describeEnd(return_code, stderr)}`);
  }
  // Lines of a traceback are indented, the error itself is not.
  if (return_code !== 0 && stderr.split('\n').some((line) => line.startsWith(raises))) return [];
  return failure(`should have ended with ${raises}, but ended ${describeEnd(return_code, stderr)}`);
}

function describeEnd(returnCode: number, stderr: string): string {
  return returnCode === 0 ? 'without an error.' : `with ${errorOf(stderr, returnCode)}`;
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

function checkOutput({ stdout }: Ended, { prints }: ExpectedEnd, { name, cell }: Place): Failure[] {
  if (prints === undefined) return [];
  const expected = withoutLastNewlines(prints);
  const actual = withoutLastNewlines(stdout);
  if (expected === actual) return [];
  const message = `${name} printed something else than expected.\n\n${firstDifference(expected, actual)}`;
  return [{ code: 'cell.printed', message, cell, expected, actual }];
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
