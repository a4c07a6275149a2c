import { toPointer } from '../protocol/json-pointer.ts';
import { isJsonObject } from '../protocol/wire-message.ts';
import { compareRuns } from './compare-runs.ts';
import { resultValue, type RecordedCell } from './extract.ts';
import type { RecordedAnswers } from './recorded-answers.ts';
import type { CellRun, RerunContainer } from './rerun.ts';
import type { ValuePath } from './schema/obstacle.ts';

/** A key of a tool's results without which a cell goes another way. */
export interface NeededKey {
  readonly tool: string;
  /** JSON Pointer into the result, `*` for any item of a list. */
  readonly path: string;
  readonly cell: string;
  /** The line that fails without it; for a cell that only prints something else, the line of the call. */
  readonly line?: number | undefined;
  /** What happens without it. */
  readonly message: string;
}

/** Keys beyond these are not tried. */
const KEYS_LIMIT = 60;

/**
 * Which keys of the results a cell needs: each is left out of all the tool's results in turn, and the cell is run from
 * the same image again. `whole` is the run with nothing left out. Undefined where containers cannot be forked.
 */
export async function neededKeys(
  container: RerunContainer,
  cell: RecordedCell,
  answers: RecordedAnswers,
  whole: CellRun,
): Promise<NeededKey[] | undefined> {
  if (!container.tryOut) return undefined;
  const needed: NeededKey[] = [];
  const tools = new Set(whole.calls.map(({ tool }) => tool));
  for (const tool of tools) {
    const results = whole.calls.filter((call) => call.tool === tool).map(({ result }) => result);
    for (const path of keyPaths(results.map(resultValue)).slice(0, KEYS_LIMIT)) {
      const recorded = answers.start();
      const run = await container.tryOut(cell, async (call) => {
        const result = await recorded(call);
        return call.tool === tool ? withoutKey(result, path) : result;
      });
      const change = compareRuns(whole, run);
      if (!change) continue;
      const { line, message } = change;
      needed.push({ tool, path: toPointer(path), cell: cell.id, line, message });
    }
  }
  return needed;
}

function keyPaths(values: readonly unknown[]): ValuePath[] {
  const paths = new Map<string, ValuePath>();
  const visit = (value: unknown, path: ValuePath): void => {
    if (Array.isArray(value)) for (const item of value) visit(item, [...path, '*']);
    if (!isJsonObject(value)) return;
    for (const [key, item] of Object.entries(value)) {
      paths.set(toPointer([...path, key]), [...path, key]);
      visit(item, [...path, key]);
    }
  };
  for (const value of values) visit(value, []);
  return [...paths.values()];
}

function withoutKey(result: string, path: ValuePath): string {
  const value = resultValue(result);
  return typeof value === 'object' ? JSON.stringify(dropped(value, path)) : result;
}

function dropped(value: unknown, [step, ...rest]: ValuePath): unknown {
  if (step === '*' && Array.isArray(value)) return value.map((item) => dropped(item, rest));
  if (!isJsonObject(value) || step === undefined) return value;
  const entries = Object.entries(value).flatMap(([key, item]) => {
    if (key !== step) return [[key, item]];
    return rest.length === 0 ? [] : [[key, dropped(item, rest)]];
  });
  return Object.fromEntries(entries);
}
