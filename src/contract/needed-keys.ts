import { toPointer } from '../protocol/json-pointer.ts';
import { isJsonObject } from '../protocol/wire-message.ts';
import { compareRuns } from './compare-runs.ts';
import { resultValue } from './extract.ts';
import type { RecordedAnswers } from './recorded-answers.ts';
import type { CellRun, RerunContainer } from './rerun.ts';
import type { ValuePath } from './schema/obstacle.ts';

/** A key of a tool's results without which a cell goes another way. */
export interface NeededKey {
  readonly tool: string;
  /** JSON Pointer into the result, `*` for any item of a list. */
  readonly path: string;
  readonly cell: string;
  /** The line that fails without it; for a cell that only prints something else, the line that names it or the call's. */
  readonly line?: number | undefined;
  /** What happens without it. */
  readonly message: string;
}

/** What cells need of results, and what was not looked into. */
export interface NeededKeys {
  readonly needed: readonly NeededKey[];
  /** How many keys were not tried: there are too many, or containers cannot be forked. */
  readonly untried: number;
}

/** A cell as it ran with the recorded results. */
export interface CellBefore {
  readonly run: CellRun;
  /** The container as it was before the cell. Absent where containers cannot be forked: it is not known then what it needs. */
  readonly image?: RerunContainer | undefined;
}

/** So many times the cells of one container are run to find out what they need. */
const RUNS_LIMIT = 400;

/**
 * Which keys of the results the cells of a container need: each is left out of all the results that a tool gave a cell, and
 * that cell is run from the same image again, and those after it until one goes another way.
 */
export async function neededKeys(
  cells: readonly CellBefore[],
  answers: RecordedAnswers,
): Promise<NeededKeys> {
  const trials = cells.flatMap(({ run }, index) =>
    toolsCalled(run).flatMap((tool) =>
      keyPaths(resultsOf(run, tool)).map((path) => ({ index, tool, path })),
    ),
  );
  // What no line names is seldom needed.
  const isNamed = ({ index, path }: (typeof trials)[number]) =>
    cells.slice(index).some(({ run }) => run.cell.code.includes(String(path.at(-1))));
  const needed: NeededKey[] = [];
  let left = RUNS_LIMIT;
  let untried = 0;
  for (const trial of [...trials.filter(isNamed), ...trials.filter((each) => !isNamed(each))]) {
    const { key, runs } =
      left > 0 ? await leaveOut(cells.slice(trial.index), trial, answers) : { runs: 0 };
    left -= runs;
    if (key) needed.push(key);
    if (runs === 0) untried++;
  }
  return { needed, untried };
}

/** What becomes of cells when a tool's results for the first of them lack a key. */
async function leaveOut(
  cells: readonly CellBefore[],
  { tool, path }: { readonly tool: string; readonly path: ValuePath },
  answers: RecordedAnswers,
): Promise<{ readonly key?: NeededKey | undefined; readonly runs: number }> {
  const container = await cells[0]?.image?.fork?.();
  if (!container) return { runs: 0 };
  try {
    for (const [index, { run: whole }] of cells.entries()) {
      const recorded = answers.start();
      const run = await container.run(whole.cell, async (call) => {
        const result = await recorded(call);
        return index === 0 && call.tool === tool ? withoutKey(result, path) : result;
      });
      const change = compareRuns(whole, run);
      if (!change) continue;
      const { id, code } = whole.cell;
      const line = change.rule === 'cell.printed' ? lineNaming(code, path) : undefined;
      const key = {
        tool,
        path: toPointer(path),
        cell: id,
        line: line ?? change.line,
      };
      return { key: { ...key, message: change.message }, runs: index + 1 };
    }
    return { runs: cells.length };
  } finally {
    await container.dispose();
  }
}

/** The only line that names a key, as a string. */
function lineNaming(code: string, path: ValuePath): number | undefined {
  const key = String(path.at(-1));
  const lines = code.split('\n').flatMap((text, index) => {
    return [`"${key}"`, `'${key}'`].some((word) => text.includes(word)) ? [index + 1] : [];
  });
  return lines.length === 1 ? lines[0] : undefined;
}

function toolsCalled({ calls }: CellRun): string[] {
  return [...new Set(calls.map(({ tool }) => tool))];
}

function resultsOf({ calls }: CellRun, tool: string): unknown[] {
  return calls.flatMap((call) => (call.tool === tool ? [resultValue(call.result)] : []));
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
