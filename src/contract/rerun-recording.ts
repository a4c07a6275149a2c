import type { Sandbox } from '../protocol/sandbox.ts';
import type { CheckedChange } from './checked-change.ts';
import { compareRuns } from './compare-runs.ts';
import type { RecordedCell, RecordedTools } from './extract.ts';
import { neededKeys } from './needed-keys.ts';
import type { NeededKeyInFile } from './places.ts';
import { createRecordedAnswers, type RecordedAnswers } from './recorded-answers.ts';
import { openRerun, type AnswerCall, type CellRun, type RerunContainer } from './rerun.ts';
import { stableText } from './schema/json.ts';
import type { TodaysTool } from './todays-tools.ts';

export interface RerunReport {
  readonly changes: readonly CheckedChange[];
  readonly needs: readonly NeededKeyInFile[];
  /** What today's tools returned. */
  readonly results: readonly { readonly tool: string; readonly result: string }[];
  readonly skipped: readonly string[];
}

/**
 * Runs the cells of a recording twice, container by container: with the recorded results, and with those of today's
 * tools. Each cell whose end differs is a change.
 */
export async function rerunRecording(
  recorded: RecordedTools & { readonly file: string },
  today: readonly TodaysTool[],
  sandbox: Sandbox,
): Promise<RerunReport> {
  const { file, cells, tools } = recorded;
  const results: { tool: string; result: string }[] = [];
  const answerToday = createTodaysAnswers(today, (tool, result) => results.push({ tool, result }));
  const changes: CheckedChange[] = [];
  const needs: NeededKeyInFile[] = [];
  const skipped: string[] = [];
  const names = tools.map(({ contract }) => contract.name);
  const answers = createRecordedAnswers(tools);
  for (const group of byContainer(cells)) {
    const [old, next] = [await openRerun(sandbox, names), await openRerun(sandbox, names)];
    try {
      for (const cell of group) {
        const { change, keys, standIns } = await runBoth(cell, { old, next, answers, answerToday });
        if (change) changes.push(checkedChange(change, cell, file));
        needs.push(...keys.map((key) => ({ ...key, file })));
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
  for (const { input, cell, tool } of tools.flatMap(({ calls }) => calls)) {
    if (!cell) await answerDirect(today, tool, input, results);
  }
  return { changes, needs, results, skipped };
}

/** Calls that Claude made itself are made again for their results alone. */
async function answerDirect(
  today: readonly TodaysTool[],
  tool: string,
  input: unknown,
  results: { tool: string; result: string }[],
): Promise<void> {
  const run = today.find(({ contract }) => contract.name === tool)?.run;
  try {
    if (run) results.push({ tool, result: await run(input) });
  } catch {
    // What fails has no result whose shape could be compared.
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
    change: change && { ...change, tool: changedTool(before, after) },
    standIns: [...standIns.values()].filter((input) => input !== undefined).length,
  };
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

function byContainer(cells: readonly RecordedCell[]): RecordedCell[][] {
  const groups = new Map<string, RecordedCell[]>();
  for (const cell of cells) {
    const key = stableText([cell.session, cell.container]);
    groups.set(key, [...(groups.get(key) ?? []), cell]);
  }
  return [...groups.values()];
}

/** A tool that is gone, or that throws, answers with the words of its error, as the SDK's tool runner does. */
function createTodaysAnswers(
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
