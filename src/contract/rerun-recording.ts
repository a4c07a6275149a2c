import type { Sandbox } from '../protocol/sandbox.ts';
import type { TranscriptEvent } from '../transcript/events.ts';
import type { CheckedChange } from './checked-change.ts';
import { compareResults, type ResultPair, type SameResult } from './compare-results.ts';
import { compareRuns } from './compare-runs.ts';
import type { RecordedCall, RecordedCell, RecordedTools } from './extract.ts';
import { neededKeys, type CellBefore, type NeededKey } from './needed-keys.ts';
import type { NeededKeyInFile } from './places.ts';
import { createRecordedAnswers, type RecordedAnswers } from './recorded-answers.ts';
import { cellChange, failedCall, toolBehind, unique } from './rerun-changes.ts';
import { byContainer, placeOf } from './rerun-place.ts';
import { openRerun, type CellRun, type RerunCall, type RerunContainer } from './rerun.ts';
import { stableText } from './schema/json.ts';
import { createTodaysAnswers, type AskToday, type TodaysAnswer } from './todays-answers.ts';
import type { TodaysTool } from './todays-tools.ts';

export interface RerunReport {
  readonly changes: readonly CheckedChange[];
  readonly needs: readonly NeededKeyInFile[];
  /** What today's tools returned. */
  readonly results: readonly {
    readonly tool: string;
    readonly result: string;
  }[];
  readonly skipped: readonly string[];
}

export interface RerunOptions {
  readonly sandbox: Sandbox;
  /** Judges the values of results. Default: they may be any. */
  readonly sameResult?: SameResult | undefined;
}

/** What is to be run again: what a transcript says of tools, and where it is from. */
export interface RecordedInFile extends RecordedTools {
  readonly file: string;
  readonly transcript: Iterable<TranscriptEvent>;
}

/** What comes to light, bit by bit. */
interface Found {
  readonly changes: CheckedChange[];
  readonly needs: NeededKeyInFile[];
  readonly results: { readonly tool: string; readonly result: string }[];
  readonly pairs: ResultPair[];
  readonly skipped: string[];
}

/**
 * Runs the cells of a recording twice, container by container: with the recorded results, and with those of today's
 * tools. Each cell whose end differs is a change, and so is each call that fails now.
 */
export async function rerunRecording(
  recorded: RecordedInFile,
  today: readonly TodaysTool[],
  { sandbox, sameResult = () => true }: RerunOptions,
): Promise<RerunReport> {
  const { file, cells, tools } = recorded;
  const events = [...recorded.transcript];
  const ask = createTodaysAnswers(today);
  const names = tools.map(({ contract }) => contract.name);
  const answers = createRecordedAnswers(tools);
  const found: Found = {
    changes: [],
    needs: [],
    results: [],
    pairs: [],
    skipped: [],
  };
  for (const group of byContainer(cells)) {
    const open = () => openRerun(sandbox, names, placeOf(group[0], events));
    await rerunContainer(group, open, { file, answers, ask, found });
  }
  for (const call of tools.flatMap(({ calls }) => calls)) {
    if (!call.cell) await answerDirect(call, { file, ask, found });
  }
  const values = await compareResults(found.pairs, sameResult);
  return {
    ...found,
    changes: [...unique(found.changes), ...values],
    skipped: [...new Set(found.skipped)],
  };
}

interface Rerun {
  readonly file: string;
  readonly answers: RecordedAnswers;
  readonly ask: AskToday;
  readonly found: Found;
}

async function rerunContainer(
  cells: readonly [RecordedCell, ...RecordedCell[]],
  open: () => Promise<RerunContainer>,
  rerun: Rerun,
): Promise<void> {
  const { file, answers, found } = rerun;
  const before: CellBefore[] = [];
  const opened: RerunContainer[] = [];
  const opening = async () => {
    const container = await open();
    opened.push(container);
    return container;
  };
  try {
    const old = await opening();
    for (const cell of cells) {
      const image = await old.fork?.();
      if (image) opened.push(image);
      before.push({ image, run: await old.run(cell, answers.start()) });
    }
  } catch (error) {
    found.skipped.push(notToTheEnd(file, cells, error));
  }
  try {
    const { needed, untried } = await neededKeys(before, answers);
    found.needs.push(...needed.map((key) => ({ ...key, file })));
    if (untried > 0) {
      found.skipped.push(`${file}: whether cells need ${untried} more keys was not tried`);
    }
    found.skipped.push(...before.flatMap(({ run }) => unfaithful(file, run)));
    await runToday(before, needed, await opening(), rerun);
  } catch (error) {
    found.skipped.push(notToTheEnd(file, cells, error));
  } finally {
    await Promise.all(opened.map((container) => container.dispose()));
  }
}

/** Runs the cells with what today's tools give. */
async function runToday(
  before: readonly CellBefore[],
  needed: readonly NeededKey[],
  container: RerunContainer,
  { file, answers, ask, found }: Rerun,
): Promise<void> {
  let differing: string[] = [];
  for (const { run: was } of before) {
    const { cell } = was;
    const standIns = new Map(was.calls.map((call) => [textOf(call), answers.standIn(call)]));
    const count = [...standIns.values()].filter((input) => input !== undefined).length;
    if (count > 0) found.skipped.push(unrecorded(file, cell, count));
    const failing: RerunCall[] = [];
    const is = await container.run(cell, async (call) => {
      const input = standIns.get(textOf(call)) ?? call.input;
      const { text, error } = await ask({ tool: call.tool, input });
      if (error === undefined) found.results.push({ tool: call.tool, result: text });
      else {
        failing.push(call);
        if (!answers.failed(call)) {
          found.changes.push(failedCall({ ...call, input }, error, { file, ...call }));
        }
      }
      return text;
    });
    const others = is.calls.filter(({ result }, i) => result !== was.calls[i]?.result);
    differing = [...others.map(({ tool }) => tool), ...differing];
    const change = compareRuns(was, is);
    if (change) {
      const tool = toolBehind(change, cell, { needed, differing }) ?? is.calls[0]?.tool ?? '';
      found.changes.push(cellChange(change, tool, { file, cell }));
    }
    const results = pairedResults(was, is, { answers, failing });
    found.pairs.push(
      ...results.map(({ line, ...pair }) => ({
        ...pair,
        place: { file, cell: cell.id, line },
      })),
    );
  }
}

/** Calls that Claude made itself are made again for their results alone. */
async function answerDirect(
  call: RecordedCall,
  { file, ask, found }: Pick<Rerun, 'file' | 'ask' | 'found'>,
): Promise<void> {
  const { tool, input, result: recorded } = call;
  let answer: TodaysAnswer;
  try {
    answer = await ask(call);
  } catch (error) {
    found.skipped.push(`${file}: a call of Claude's own was not made again: ${messageOf(error)}`);
    return;
  }
  const { text, error } = answer;
  if (error !== undefined) {
    // The words of an error are no result whose shape could be compared.
    if (call.error === undefined) found.changes.push(failedCall(call, error));
    return;
  }
  found.results.push({ tool, result: text });
  if (recorded !== undefined) found.pairs.push({ tool, input, recorded, today: text });
}

function notToTheEnd(file: string, [first]: readonly RecordedCell[], error: unknown): string {
  return `${file}: cells of ${first?.container} were not run again to the end: ${messageOf(error)}`;
}

function unrecorded(file: string, { id }: RecordedCell, calls: number): string {
  return `${file}: no result was recorded of ${calls} call${calls === 1 ? '' : 's'} of cell ${id}: the result of another call stood in`;
}

/** A cell that does not get as far as it did says nothing of what it would do with other results. */
function unfaithful(file: string, { cell, return_code, stderr }: CellRun): string[] {
  if (return_code === 0 || cell.result?.return_code !== 0) return [];
  const error = stderr.trimEnd().split('\n').at(-1) ?? '';
  return [`${file}: cell ${cell.id} fails here with the recorded results, too: ${error}`];
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** The results of calls that both runs made, as long as they go the same way. Errors, and what stood in, are none. */
function pairedResults(
  before: CellRun,
  after: CellRun,
  { answers, failing }: { readonly answers: RecordedAnswers; readonly failing: RerunCall[] },
): (Omit<ResultPair, 'place'> & { line?: number | undefined })[] {
  const failed = new Set(failing.map(textOf));
  return before.calls.flatMap((was, i) => {
    const is = after.calls[i];
    if (!is || textOf(was) !== textOf(is) || answers.standIn(was)) return [];
    if (answers.failed(was) || failed.has(textOf(is))) return [];
    const { tool, input, line } = was;
    return [{ tool, input, line, recorded: was.result, today: is.result }];
  });
}

function textOf({ tool, input }: RerunCall): string {
  return stableText([tool, input]);
}
