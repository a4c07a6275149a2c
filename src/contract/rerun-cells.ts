import type { Sandbox } from '../protocol/sandbox.ts';
import type { CodeExecutionRevision } from '../protocol/revisions/code-execution.ts';
import type { TranscriptEvent } from '../transcript/events.ts';
import { foldSessions } from '../transcript/fold.ts';
import { type CellDifference, compareCell } from './compare-cells.ts';
import { extractTools, type RecordedCell } from './extract.ts';
import { byContainer, placeOf, revisionOf } from './rerun-place.ts';
import { type AnswerCall, openRerun, type RerunContainer } from './rerun.ts';
import { stableText } from './schema/json.ts';
import { createTodaysAnswers } from './todays-answers.ts';
import type { TodaysTool } from './todays-tools.ts';

export interface RerunCellsOptions {
  /** Where the cells run. Default: a Pyodide sandbox of their own. */
  readonly sandbox?: Sandbox | undefined;
  /** Today's tools: they answer the calls. They are called for that: mind what they do. Default: the recorded results. */
  readonly tools?: readonly TodaysTool[] | undefined;
}

/** A recorded cell, and what came of it. */
export interface RerunCell {
  /** The id of the cell's block. */
  readonly cell: string;
  /** Counted over the recording, from 1. */
  readonly number: number;
  readonly session: string;
  readonly container: string;
  /** How many calls of the client's tools were recorded. */
  readonly calls: number;
  /** What it did differently. */
  readonly differences: readonly CellDifference[];
  /** Why it was not run, or not to its end. It is not known then whether anything differs. */
  readonly skipped?: string | undefined;
}

/**
 * Runs the cells of a recording again, container by container. With the recorded results it shows whether the sandbox does
 * what the real one did; with today's tools whether these still do for the code that Claude wrote.
 */
export async function rerunCells(
  transcript: Iterable<TranscriptEvent>,
  { sandbox, tools }: RerunCellsOptions = {},
): Promise<RerunCell[]> {
  const events = [...transcript];
  if (sandbox) return rerunIn(sandbox, events, tools);
  const { pyodideSandbox } = await import('../sandbox/pyodide.ts');
  const own = pyodideSandbox();
  try {
    return await rerunIn(own, events, tools);
  } finally {
    await own.dispose();
  }
}

/** Cells that were run again did not do what they did when they were recorded. Its message says all differences. */
export class RerunError extends Error {
  override readonly name = 'RerunError';
  readonly code = 'rerun.different';
  readonly cells: readonly RerunCell[];

  constructor(cells: readonly RerunCell[]) {
    super(cells.map(describeRerun).join('\n'));
    this.cells = cells;
  }
}

/** Throws a `RerunError` when cells that are run again do something else than what was recorded. */
export async function assertReruns(
  transcript: Iterable<TranscriptEvent>,
  options: RerunCellsOptions = {},
): Promise<void> {
  const cells = await rerunCells(transcript, options);
  const different = cells.filter(({ differences }) => differences.length > 0);
  if (different.length > 0) throw new RerunError(different);
}

/** What came of a cell, in words: a line, and one for each difference. */
export function describeRerun({ number, cell, calls, differences, skipped }: RerunCell): string {
  const title = `cell ${number} (${cell}, ${calls} call${calls === 1 ? '' : 's'})`;
  const lines = differences.map((each) => `  ${describeDifference(each)}`);
  if (skipped !== undefined) lines.push(`  not run: ${skipped}`);
  return [`${title}${lines.length === 0 ? ': as recorded' : ''}`, ...lines].join('\n');
}

function describeDifference(difference: CellDifference): string {
  const { kind } = difference;
  if ('tool' in difference) return `${kind}  ${difference.tool}`;
  if (!('recorded' in difference)) {
    const { position, tool, input } = difference.call;
    return `${kind}  call ${position}: ${tool}(${JSON.stringify(input)})`;
  }
  const { recorded, now } = difference;
  const values = `recorded ${show(recorded)}, now ${show(now)}`;
  if ('call' in difference) {
    const { call, path } = difference;
    return `${kind}  call ${call.position}, ${call.tool}, ${path || 'arguments'}: ${values}`;
  }
  return `${kind}${difference.line === undefined ? '' : `  line ${difference.line}`}: ${values}`;
}

function show(value: unknown): string {
  return value === undefined ? 'nothing' : JSON.stringify(value);
}

async function rerunIn(
  sandbox: Sandbox,
  events: readonly TranscriptEvent[],
  tools: readonly TodaysTool[] | undefined,
): Promise<RerunCell[]> {
  const { cells, tools: recorded } = extractTools(events);
  const names = recorded.map(({ contract }) => contract.name);
  const obstacles = obstaclesIn(events);
  const outcomes = new Map<string, RerunCell>();
  for (const group of byContainer(cells)) {
    const revision = revisionOf(group[0], events);
    const container = await openRerun(sandbox, names, placeOf(group[0], events));
    try {
      let skipped: string | undefined;
      for (const cell of group) {
        // What comes after a cell that did not run lacks what that would have left behind.
        skipped = skipped === undefined ? obstacles(cell) : AFTER_SKIPPED;
        const outcome =
          skipped === undefined
            ? await rerunCell(cell, { container, tools, revision })
            : { skipped };
        skipped = outcome.skipped;
        outcomes.set(keyOf(cell), describe(cell, cells, outcome));
      }
    } finally {
      await container.dispose();
    }
  }
  return cells.map((cell) => outcomes.get(keyOf(cell))!);
}

const AFTER_SKIPPED = 'a cell before it in its container was not run';

type Outcome = Pick<RerunCell, 'skipped'> & Partial<Pick<RerunCell, 'differences'>>;

function describe(
  cell: RecordedCell,
  cells: readonly RecordedCell[],
  { skipped, differences = [] }: Outcome,
): RerunCell {
  const { id, session, container, calls } = cell;
  return {
    cell: id,
    number: cells.indexOf(cell) + 1,
    session,
    container,
    calls: calls.length,
    differences,
    ...(skipped !== undefined && { skipped }),
  };
}

async function rerunCell(
  cell: RecordedCell,
  {
    container,
    tools,
    revision,
  }: {
    readonly container: RerunContainer;
    readonly tools: readonly TodaysTool[] | undefined;
    readonly revision: CodeExecutionRevision;
  },
): Promise<Outcome> {
  const missing = tools ? missingTools(cell, tools) : [];
  if (missing.length > 0) {
    const differences = missing.map((tool) => ({ kind: 'tool.missing' as const, tool }));
    return { differences, skipped: 'a tool that it calls is gone' };
  }
  const answer = tools ? todaysAnswers(tools) : recordedAnswers(cell);
  try {
    return { differences: compareCell(cell, await container.run(cell, answer), revision) };
  } catch (error) {
    return { skipped: error instanceof Error ? error.message : String(error) };
  }
}

function todaysAnswers(tools: readonly TodaysTool[]): AnswerCall {
  const ask = createTodaysAnswers(tools);
  return async (call) => (await ask(call)).text;
}

/** The tools a cell called that are none of today's, or have no function. */
function missingTools({ calls }: RecordedCell, tools: readonly TodaysTool[]): string[] {
  const there = new Set(tools.flatMap(({ contract, run }) => (run ? [contract.name] : [])));
  return [...new Set(calls.map(({ name }) => name))].filter((name) => !there.has(name));
}

/**
 * Answers the calls of a cell as they were: equal ones in their order. A call with other arguments gets the answer of the
 * next one of its tool, so that the cell goes on; one that has no like gets the text of an error.
 */
function recordedAnswers({ calls }: RecordedCell): AnswerCall {
  const waiting = calls.map(({ name, input, answer }) => ({
    tool: name,
    key: stableText([name, input]),
    content: answer?.content ?? '',
  }));
  return ({ tool, input }) => {
    const key = stableText([tool, input]);
    const index = waiting.findIndex((each) => each.key === key);
    if (index !== -1) return waiting.splice(index, 1)[0]!.content;
    const similar = waiting.find((each) => each.tool === tool);
    return similar?.content ?? `Error: no such call of ${tool} was recorded`;
  };
}

/** Why cells cannot be run again: what they did is not all in the recording. */
function obstaclesIn(
  events: readonly TranscriptEvent[],
): (cell: RecordedCell) => string | undefined {
  const fetching = new Set(
    events.flatMap((event) => (event.type === 'web.called' ? [event.cell] : [])),
  );
  const views = foldSessions(events);
  const commanded = new Set(
    views.flatMap(({ key, turns }) =>
      turns.flatMap(({ commands }) => commands.map((each) => stableText([key, each.container]))),
    ),
  );
  return (cell) => {
    if (!cell.result) return 'the recording has no result of it';
    if (cell.calls.some(({ answer }) => !answer)) return 'the recording lacks answers to its calls';
    if (fetching.has(cell.id) || USES_WEB.test(cell.code)) return 'its code uses the web';
    if (commanded.has(stableText([cell.session, cell.container]))) {
      return 'commands ran in its container, too';
    }
    return undefined;
  };
}

const USES_WEB = /\bweb_(?:fetch|search)\s*\(/;

function keyOf({ session, id }: RecordedCell): string {
  return stableText([session, id]);
}
