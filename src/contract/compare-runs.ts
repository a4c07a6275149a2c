import type { CellRun } from './rerun.ts';

/** What became of a cell that was run again with other results. */
export interface RunChange {
  readonly kind: 'breaking' | 'unknown';
  /** `cell.failed`: it raises now. `cell.printed`: it prints something else. */
  readonly rule: 'cell.failed' | 'cell.printed';
  readonly message: string;
  /** The line of the cell that raised; for other output the line whose call first returned something else. */
  readonly line?: number | undefined;
}

/**
 * How a cell ended with today's results, against how it did with the recorded ones. Undefined when nothing shows. Other
 * output need not be wrong: whether it is cannot be told.
 */
export function compareRuns(before: CellRun, after: CellRun): RunChange | undefined {
  if (after.return_code !== 0 && before.return_code === 0) {
    const error = after.stderr.trimEnd().split('\n').at(-1) ?? '';
    return { kind: 'breaking', rule: 'cell.failed', message: error, line: after.failedLine };
  }
  if (after.stdout === before.stdout && after.return_code === before.return_code) return undefined;
  const [was, is] = firstDifference(before.stdout, after.stdout);
  const call = after.calls.find(({ result }, i) => result !== before.calls[i]?.result);
  return {
    kind: 'unknown',
    rule: 'cell.printed',
    message: `printed ${quoted(was)}, now ${quoted(is)}`,
    line: call?.line,
  };
}

function firstDifference(before: string, after: string): [string | undefined, string | undefined] {
  const [old, next] = [before.split('\n'), after.split('\n')];
  const index = [...old, ''].findIndex((line, i) => line !== next[i]);
  return [old[index], next[index]];
}

function quoted(line: string | undefined): string {
  return line === undefined ? 'nothing' : JSON.stringify(line);
}
