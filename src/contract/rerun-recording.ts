import type { Sandbox } from '../protocol/sandbox.ts';
import type { CheckedChange } from './checked-change.ts';
import { compareResults, type ResultPair, type SameResult } from './compare-results.ts';
import { compareRuns } from './compare-runs.ts';
import type { RecordedCall, RecordedCell, RecordedTools } from './extract.ts';
import { neededKeys } from './needed-keys.ts';
import type { NeededKeyInFile } from './places.ts';
import { createRecordedAnswers, type RecordedAnswers } from './recorded-answers.ts';
import {
  openRerun,
  type AnswerCall,
  type CellRun,
  type RerunCall,
  type RerunContainer,
} from './rerun.ts';
import { stableText } from './schema/json.ts';
import type { TodaysTool } from './todays-tools.ts';

export interface RerunReport {
  readonly changes: readonly CheckedChange[];
  readonly needs: readonly NeededKeyInFile[];
  /** What today's tools returned. */
  readonly results: readonly { readonly tool: string; readonly result: string }[];
  readonly skipped: readonly string[];
}

export interface RerunOptions {
  readonly sandbox: Sandbox;
  /** Judges the values of results. Default: they may be any. */
  readonly sameResult?: SameResult | undefined;
}

/**
 * Runs the cells of a recording twice, container by container: with the recorded results, and with those of today's
 * tools. Each cell whose end differs is a change.
 */
export async function rerunRecording(
  recorded: RecordedTools & { readonly file: string },
  today: readonly TodaysTool[],
  { sandbox, sameResult = () => true }: RerunOptions,
): Promise<RerunReport> {
  const { file, cells, tools } = recorded;
  const results: { tool: string; result: string }[] = [];
  const answerToday = createTodaysAnswers(today, (tool, result) => results.push({ tool, result }));
  const changes: CheckedChange[] = [];
  const needs: NeededKeyInFile[] = [];
  const pairs: ResultPair[] = [];
  const skipped: string[] = [];
  const names = tools.map(({ contract }) => contract.name);
  const answers = createRecordedAnswers(tools);
  for (const group of byContainer(cells)) {
    const [old, next] = [await openRerun(sandbox, names), await openRerun(sandbox, names)];
    const each = { old, next, answers, answerToday };
    try {
      for (const cell of group) {
        const { change, keys, results, standIns } = await runBoth(cell, each);
        if (change) changes.push(checkedChange(change, cell, file));
        needs.push(...keys.map((key) => ({ ...key, file })));
        pairs.push(
          ...results.map(({ line, ...pair }) => ({
            ...pair,
            place: { file, cell: cell.id, line },
          })),
        );
        if (standIns > 0) skipped.push(unrecorded(file, cell, standIns));
      }
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      skipped.push(
        `${file}: cells of ${group[0]?.container} were not run again to the end: ${reason}`,
      );
    } finally {
      await Promise.all([old.dispose(), next.dispose()]);
    }
  }
  for (const call of tools.flatMap(({ calls }) => calls)) {
    if (!call.cell) pairs.push(...(await answerDirect(call, today, results)));
  }
  return {
    changes: [...changes, ...(await compareResults(pairs, sameResult))],
    needs,
    results,
    skipped,
  };
}

/** Calls that Claude made itself are made again for their results alone. */
async function answerDirect(
  { tool, input, result: recorded }: RecordedCall,
  today: readonly TodaysTool[],
  results: { tool: string; result: string }[],
): Promise<ResultPair[]> {
  const run = today.find(({ contract }) => contract.name === tool)?.run;
  if (!run) return [];
  try {
    const result = await run(input);
    results.push({ tool, result });
    return recorded === undefined ? [] : [{ tool, input, recorded, today: result }];
  } catch {
    // What fails has no result whose shape could be compared.
    return [];
  }
}

function unrecorded(file: string, { id }: RecordedCell, calls: number): string {
  return `${file}: no result was recorded of ${calls} call${calls === 1 ? '' : 's'} of cell ${id}: the result of another call stood in`;
}

interface Both {
  readonly old: RerunContainer;
  readonly next: RerunContainer;
  readonly answers: RecordedAnswers;
  readonly answerToday: AnswerCall;
}

async function runBoth(cell: RecordedCell, { old, next, answers, answerToday }: Both) {
  const trial = await old.tryOut?.(cell, answers.start());
  const keys = trial ? ((await neededKeys(old, cell, answers, trial)) ?? []) : [];
  const before = await old.run(cell, answers.start());
  const standIns = new Map(
    before.calls.map((call) => [stableText([call.tool, call.input]), answers.standIn(call)]),
  );
  const after = await next.run(cell, (call) => {
    const input = standIns.get(stableText([call.tool, call.input])) ?? call.input;
    return answerToday({ ...call, input });
  });
  const change = compareRuns(before, after);
  return {
    keys,
    results: pairedResults(before, after, answers),
    change: change && { ...change, tool: changedTool(before, after) },
    standIns: [...standIns.values()].filter((input) => input !== undefined).length,
  };
}

/** The results of calls that both runs made, as long as they go the same way. What stood in for a result is none. */
function pairedResults(
  before: CellRun,
  after: CellRun,
  answers: RecordedAnswers,
): (Omit<ResultPair, 'place'> & { line?: number | undefined })[] {
  return before.calls.flatMap((was, i) => {
    const is = after.calls[i];
    if (!is || !isSameCall(was, is) || answers.standIn(was)) return [];
    const { tool, input, line } = was;
    return [{ tool, input, line, recorded: was.result, today: is.result }];
  });
}

function isSameCall(a: RerunCall, b: RerunCall): boolean {
  return a.tool === b.tool && stableText(a.input) === stableText(b.input);
}

/** The tool whose result was the first to differ. */
function changedTool(before: CellRun, after: CellRun): string {
  const index = after.calls.findIndex(({ result }, i) => result !== before.calls[i]?.result);
  return (after.calls[index] ?? after.calls[0])?.tool ?? '';
}

function checkedChange(
  {
    kind,
    rule,
    message,
    line,
    tool,
  }: NonNullable<ReturnType<typeof compareRuns>> & { tool: string },
  cell: RecordedCell,
  file: string,
): CheckedChange {
  return { tool, kind, rule, path: '', message, places: [{ file, cell: cell.id, line, message }] };
}

/** The cells of each container, in the order in which they began. */
export function byContainer(cells: readonly RecordedCell[]): RecordedCell[][] {
  const groups = new Map<string, RecordedCell[]>();
  for (const cell of cells) {
    const key = stableText([cell.session, cell.container]);
    groups.set(key, [...(groups.get(key) ?? []), cell]);
  }
  return [...groups.values()];
}

/** A tool that is gone, or that throws, answers with the words of its error, as the SDK's tool runner does. */
export function createTodaysAnswers(
  today: readonly TodaysTool[],
  note: (tool: string, result: string) => void,
): AnswerCall {
  const tools = new Map(today.map((tool) => [tool.contract.name, tool]));
  return async ({ tool, input }) => {
    const run = tools.get(tool)?.run;
    if (!run) throw new Error(`today's tools have no function for ${tool}`);
    try {
      const result = await run(input);
      note(tool, result);
      return result;
    } catch (error) {
      return `Error: ${error instanceof Error ? error.message : String(error)}`;
    }
  };
}
