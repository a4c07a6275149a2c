import type { CommandView } from '../../protocol/session-view.ts';
import type { TranscriptEvent } from '../../transcript/events.ts';
import { foldSessions } from '../../transcript/fold.ts';
import type { Reference } from '../../transcript/reference.ts';
import type { ExpectData, ExpectedEnd, ExpectedUses } from '../data/expect-data.ts';
import { checkEnded, type Ended } from './ended.ts';
import type { Failure } from './failure.ts';
import { checkCount } from './totals.ts';

/** A cell or a command that was started; `error` says why it was not run, or not to its end. */
interface Use {
  readonly cell: Reference;
  /** Of a cell. */
  readonly code?: string | undefined;
  readonly result?: Ended | undefined;
  readonly error?: string | undefined;
}

/** Compares the cells and shell commands of a whole transcript, in the order in which they began, with what was expected. */
export function checkUses(
  transcript: Iterable<TranscriptEvent>,
  { cells, commands }: Pick<ExpectData, 'cells' | 'commands'>,
): Failure[] {
  const turns = foldSessions(transcript).flatMap((session) =>
    session.turns.map((turn) => ({ ...turn, session: session.key })),
  );
  const cellUses = turns.flatMap((turn) =>
    turn.cells.map(({ id, code, result, error }): Use => ({
      cell: { session: turn.session, id },
      code,
      result,
      error,
    })),
  );
  const commandUses = turns.flatMap((turn) =>
    turn.commands
      .filter(({ tool }) => tool === 'bash_code_execution')
      .map(({ id, result }): Use => ({ cell: { session: turn.session, id }, ...endOf(result) })),
  );
  return [...checkAll('cell', cells, cellUses), ...checkAll('command', commands, commandUses)];
}

function endOf(result: CommandView['result']): Pick<Use, 'result' | 'error'> {
  if (result?.type === 'bash_code_execution_result') return { result };
  return result && 'error_code' in result ? { error: result.error_code } : {};
}

function checkAll(
  what: string,
  expected: ExpectedUses | undefined,
  uses: readonly Use[],
): Failure[] {
  if (!isList(expected)) return checkCount(`${what}s`, expected, uses.length);
  const compared = expected.slice(0, uses.length).flatMap((each, i) => {
    const name = `${what} ${i + 1} of ${uses.length}`;
    return checkUse(uses[i]!, each, name[0]!.toUpperCase() + name.slice(1));
  });
  return [...compared, ...checkCount(`${what}s`, expected.length, uses.length)];
}

function checkUse(
  { cell, code, result, error }: Use,
  expected: ExpectedEnd,
  name: string,
): Failure[] {
  if (result) return checkEnded(result, expected, { name, cell, code });
  const how = error === undefined ? 'has not ended' : `did not run to its end: ${error}`;
  return [{ code: 'cell.ended', cell, return_code: null, message: `${name} ${how}.` }];
}

function isList(expected: ExpectedUses | undefined): expected is readonly ExpectedEnd[] {
  return Array.isArray(expected);
}
