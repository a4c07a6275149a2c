import type { JsonObject } from '../protocol/json-object.ts';
import type { CellCall, CellOutcome, Sandbox, SandboxContainer } from '../protocol/sandbox.ts';
import type { RecordedCell } from './extract.ts';

/** A call that a cell makes while it is run again. */
export interface RerunCall {
  readonly tool: string;
  readonly input: JsonObject;
  readonly cell: RecordedCell;
  /** Line of the cell's code, from 1. */
  readonly line?: number | undefined;
}

/** What a tool returns now, as text. */
export type AnswerCall = (call: RerunCall) => string | Promise<string>;

/** How a cell ended. */
export interface CellRun {
  readonly cell: RecordedCell;
  readonly calls: readonly (RerunCall & { readonly result: string })[];
  readonly stdout: string;
  readonly stderr: string;
  readonly return_code: number;
  /** The line of the cell's code that raised what ended it, from 1. */
  readonly failedLine?: number | undefined;
}

/** A place to run cells again: a container that has run all cells before. */
export interface RerunContainer {
  /** Runs the next cell to its end. */
  run(cell: RecordedCell, answer: AnswerCall): Promise<CellRun>;
  /** Another that has run the same cells. Absent where containers cannot be forked. */
  readonly fork?: (() => Promise<RerunContainer>) | undefined;
  dispose(): Promise<void>;
}

export interface RerunContainerOptions {
  /** The time at which it begins, in milliseconds since 1970. Default: 2035-01-01. */
  readonly epoch?: number | undefined;
  /** Whether each cell runs in a process of its own, without the variables of those before. Default: false. */
  readonly fresh?: boolean | undefined;
  /** Whether cells have an `$OUTPUT_DIR`. Default: false. */
  readonly outputs?: boolean | undefined;
}

const EPOCH = Date.UTC(2035, 0, 1);
let containers = 0;

/** Opens a container in which a recorded container's cells are run again, in their order. */
export async function openRerun(
  sandbox: Sandbox,
  tools: readonly string[],
  { epoch = EPOCH, ...how }: RerunContainerOptions = {},
): Promise<RerunContainer> {
  const container = await sandbox.createContainer({
    id: nextId(),
    seed: 'rerun',
    epoch,
  });
  return rerunContainer(container, { tools, ...how });
}

function rerunContainer(
  container: SandboxContainer,
  how: Omit<RunOptions, 'answer' | 'at'>,
  since = 0,
): RerunContainer {
  let at = since;
  const fork = container.fork?.bind(container);
  return {
    run: async (cell, answer) => {
      const run = await runCell(container, cell, { answer, at, ...how });
      at = run.at;
      return run;
    },
    fork: fork && (async () => rerunContainer(await fork({ id: nextId() }), how, at)),
    dispose: () => container.dispose(),
  };
}

/** Ids are unique within a sandbox, and show nowhere. */
function nextId(): string {
  return `rerun_${++containers}`;
}

interface RunOptions extends Omit<RerunContainerOptions, 'epoch'> {
  readonly tools: readonly string[];
  readonly answer: AnswerCall;
  readonly at: number;
}

async function runCell(
  container: SandboxContainer,
  cell: RecordedCell,
  { tools, answer, at, ...how }: RunOptions,
): Promise<CellRun & { at: number }> {
  const { id, code } = cell;
  const calls: (RerunCall & { result: string })[] = [];
  let outcome: CellOutcome = await container.run({ id, code, tools, at, ...how });
  while (outcome.state === 'paused') {
    const answers = [];
    for (const made of outcome.calls) {
      const call = { tool: made.name, input: made.input, cell, line: made.line };
      const result = await answer(call);
      calls.push({ ...call, result });
      answers.push(answerTo(made, result));
    }
    outcome = await container.resume(answers, outcome.at);
  }
  const { stdout, stderr, return_code } = outcome;
  const failedLine = return_code === 0 ? undefined : lineInTraceback(stderr, id, tools.length);
  return { cell, calls, stdout, stderr, return_code, failedLine, at: outcome.at };
}

function answerTo({ key }: CellCall, content: string): { key: string; content: string } {
  return { key, content };
}

/** The innermost line of the cell in a traceback. Its file has a prelude of 3 lines, and 4 more for each tool. */
function lineInTraceback(stderr: string, cell: string, tools: number): number | undefined {
  const frames = [...stderr.matchAll(/File "\/tmp\/([^/"]+)\/cell\.py", line (\d+)/g)];
  const line = frames.findLast(([, name]) => name === cell)?.[2];
  return line === undefined ? undefined : Number(line) - 3 - 4 * tools;
}
