import type { CheckedChange } from './checked-change.ts';
import type { RunChange } from './compare-runs.ts';
import type { RecordedCall, RecordedCell } from './extract.ts';
import type { NeededKey } from './needed-keys.ts';
import { stableText } from './schema/json.ts';

/** A cell of a recording. */
interface CellInFile {
  readonly file: string;
  readonly cell: RecordedCell;
}

/** A call that did not fail when it was recorded. `place`: who made it; absent for Claude itself. */
export function failedCall(
  { tool, input }: Pick<RecordedCall, 'tool' | 'input'>,
  error: string,
  place?: CellInFile & { readonly line?: number | undefined },
): CheckedChange {
  const message = `fails now: ${error.trim().split('\n')[0]}`;
  const { file, cell, line } = place ?? {};
  return {
    tool,
    kind: 'breaking',
    rule: 'result.error',
    path: '',
    message,
    witness: input,
    places: cell ? [{ file, cell: cell.id, line, message }] : [],
  };
}

/** A cell that ends otherwise, because of a tool's results. */
export function cellChange(
  { kind, rule, message, line }: RunChange,
  tool: string,
  { file, cell }: CellInFile,
): CheckedChange {
  return { tool, kind, rule, path: '', message, places: [{ file, cell: cell.id, line, message }] };
}

/** A call in a loop that fails is one change. */
export function unique(changes: readonly CheckedChange[]): CheckedChange[] {
  const seen = new Map<string, CheckedChange>();
  for (const change of changes) {
    const { tool, rule, message, places } = change;
    const key = stableText([tool, rule, message, places]);
    if (!seen.has(key)) seen.set(key, change);
  }
  return [...seen.values()];
}

/** Which tool's results a cell trips over: one that it is known to need something of, else the nearest that differs. */
export function toolBehind(
  { line }: RunChange,
  { id }: RecordedCell,
  { needed, differing }: { readonly needed: readonly NeededKey[]; readonly differing: string[] },
): string | undefined {
  const need = needed.find(
    (each) => each.cell === id && each.line === line && differing.includes(each.tool),
  );
  return need?.tool ?? differing[0];
}
