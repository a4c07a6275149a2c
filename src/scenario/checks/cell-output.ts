import type { TranscriptEvent } from '../../transcript/events.ts';
import { foldSessions } from '../../transcript/fold.ts';
import { ExpectationError, type Failure } from './failure.ts';

/** Which cell is meant. */
export interface CellOutputOptions {
  /** Counts the cells of the transcript from 1. Default: the last one that ended. */
  readonly cell?: number | undefined;
}

/**
 * Compares what a cell printed with a text, newlines at the end aside, or with a pattern. Returns a failure when it
 * differs, when the cell failed to print at all, or when there is no such cell.
 */
export function checkCellOutput(
  transcript: Iterable<TranscriptEvent>,
  expected: string | RegExp,
  { cell: number }: CellOutputOptions = {},
): Failure[] {
  const cells = foldSessions(transcript).flatMap(({ key, turns }) =>
    turns.flatMap((turn) => turn.cells.map((cell) => ({ ...cell, session: key }))),
  );
  const index = number === undefined ? cells.findLastIndex(({ result }) => result) : number - 1;
  const cell = cells[index];
  const shown = typeof expected === 'string' ? JSON.stringify(expected) : String(expected);
  const failure = (message: string, actual: string): Failure[] => [
    {
      code: 'cell.printed',
      message,
      ...(cell && { cell: { session: cell.session, id: cell.id } }),
      expected: String(expected),
      actual,
    },
  ];
  if (!cell) {
    const which = number === undefined ? 'cell that ended' : `cell ${number}`;
    return failure(`Expected output ${shown}, but there is no ${which}: ${cells.length} ran.`, '');
  }
  const name = `Cell ${index + 1} of ${cells.length}`;
  if (!cell.result) {
    const why = cell.error === undefined ? 'has not ended' : `ended with ${cell.error}`;
    return failure(`${name} should have printed ${shown}, but it ${why}.`, '');
  }
  const { stdout, stderr } = cell.result;
  const matches =
    typeof expected === 'string'
      ? stdout.replace(/\n+$/, '') === expected.replace(/\n+$/, '')
      : new RegExp(expected.source, expected.flags.replace(/[gy]/g, '')).test(stdout);
  if (matches) return [];
  const lines = [
    `${name} printed something else than expected.`,
    '',
    `  expected ${shown}`,
    `  actual   ${JSON.stringify(typeof expected === 'string' ? stdout.replace(/\n+$/, '') : stdout)}`,
  ];
  const error = stderr.trimEnd().split('\n').at(-1);
  if (error) lines.push(`  stderr   ${error}`);
  return failure(lines.join('\n'), stdout);
}

/** Throws an `ExpectationError` unless a cell printed what is expected: by default the last one that ended. */
export function assertCellOutput(
  transcript: Iterable<TranscriptEvent>,
  expected: string | RegExp,
  options?: CellOutputOptions,
): void {
  const failures = checkCellOutput(transcript, expected, options);
  if (failures.length > 0) throw new ExpectationError(failures);
}
