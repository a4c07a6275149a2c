import type { TextEditorCommand } from '../protocol/container-tools.ts';
import type { Script } from '../protocol/script.ts';
import type { ExpectedCalls } from './calls/tool-calls.ts';
import type { CallData } from './data/call-data.ts';
import { ScenarioData, type TextFrom, type ToolData } from './data/scenario-data.ts';
import { schemaProblems } from './errors/schema-problems.ts';
import { ScenarioError } from './errors/scenario-error.ts';
import { formatPath } from './json-path.ts';
import { createScript } from './play.ts';

/** A script plus expectations. As a `Script` it can be given to a fake; its `data` says what is expected. */
export interface Scenario extends Script {
  readonly name: string;
  readonly data: ScenarioData;
  /** Where it was written, when it came from text. */
  readonly source?: ScenarioSource | undefined;
}

/** The text a scenario came from. */
export interface ScenarioSource {
  readonly file: string;
  /** Line and column (from 1) of the part of the scenario at a path, such as `['turns', 0, 'user']`. */
  locate(path: readonly PropertyKey[]): { readonly line: number; readonly column: number };
}

/** The parts of a scenario beside its turns, as in a file. */
export interface ScenarioOptions {
  /** The model the reference client asks for. Default: `claude-sonnet-4-6`. */
  readonly model?: string | undefined;
  /** The agent's tools and what they answer, for the reference client. Default: none. */
  readonly tools?: Readonly<Record<string, ToolData>> | undefined;
  /** What must have happened in the end. Default: that every turn was played. */
  readonly expect?: { readonly calls?: ExpectedCalls | undefined } | undefined;
}

/** Says what Claude does, user message by user message. */
export interface ClaudeScript {
  /**
   * Adds a turn, played when the user says this: a text must be the same but for white space around it, a pattern must
   * match, and without either any message will do. `user` is what the reference client says; default: the text.
   */
  onUser(expected?: string | RegExp, options?: { readonly user?: string | undefined }): TurnScript;
}

/** What Claude does in one turn, in order. */
export interface TurnScript {
  /** Claude writes text. A function gets the turn so far. */
  says(text: string | TextFrom): TurnScript;
  /** Claude runs a cell. The turn goes on when it has ended. */
  runs(code: string | TextFrom, expected?: CellExpectation): TurnScript;
  /** Claude runs a shell command in its container. The turn goes on when it has ended. Needs `just-bash` to be installed. */
  runsBash(command: string | TextFrom): TurnScript;
  /** Claude views, creates or changes a file in its container. */
  edits(command: TextEditorCommand): TurnScript;
  /** Claude calls tools itself, all in one response. The turn goes on when all are answered. */
  calls(...calls: NamedCall | readonly CallData[]): TurnScript;
  /** The user may leave this turn out. */
  optional(): TurnScript;
}

/** What a cell must have done when it has ended. */
export interface CellExpectation {
  /** What it printed, but for newlines at the end. Default: anything. */
  readonly prints?: string | undefined;
  /** The beginning of the error it ended with, such as `KeyError`. Default: it ended without an error. */
  readonly raises?: string | undefined;
}

/**
 * Writes a scenario in TypeScript. Throws a `ScenarioError` when it has no turns, or a turn in which Claude does
 * nothing, or parts that do not fit each other.
 */
export function scenario(
  name: string,
  write: (claude: ClaudeScript) => void,
  options: ScenarioOptions = {},
): Scenario {
  const turns: TurnDraft[] = [];
  write({
    onUser(expected, { user } = {}) {
      const turn: TurnDraft = { claude: [] };
      const text = user ?? (typeof expected === 'string' ? expected : undefined);
      if (text !== undefined) turn.user = text;
      if (expected instanceof RegExp) turn.match = String(expected);
      turns.push(turn);
      return turnScript(turn);
    },
  });
  const data = { scenario: name, ...options, turns };
  const parsed = ScenarioData.safeParse(data);
  if (parsed.success) return scenarioOf(parsed.data);
  const problems = schemaProblems(parsed.error, { schema: ScenarioData, value: data });
  throw new ScenarioError(
    `scenario ${JSON.stringify(name)}`,
    problems.map(({ path, message }) => ({ message: `${formatPath(path)}: ${message}` })),
  );
}

/** The scenario that checked data describes. */
export function scenarioOf(data: ScenarioData, source?: ScenarioSource): Scenario {
  return { name: data.scenario, data, source, ...createScript(data) };
}

/** A single call, without `call()` around it. */
type NamedCall = readonly [name: string, input?: Readonly<Record<string, unknown>>];

type StepDraft =
  | { readonly says: string | TextFrom }
  | ({ readonly runs: string | TextFrom } & CellExpectation)
  | { readonly bash: string | TextFrom }
  | { readonly edit: TextEditorCommand }
  | { readonly calls: readonly unknown[] };

/** A turn being written. The schema checks it when it is complete. */
interface TurnDraft {
  user?: string;
  match?: string;
  optional?: boolean;
  readonly claude: StepDraft[];
}

function turnScript(turn: TurnDraft): TurnScript {
  const add = (step: StepDraft): TurnScript => {
    turn.claude.push(step);
    return self;
  };
  const self: TurnScript = {
    says: (text) => add({ says: text }),
    runs: (code, expected) => add({ runs: code, ...expected }),
    runsBash: (command) => add({ bash: command }),
    edits: (command) => add({ edit: command }),
    calls: (...given) =>
      add({ calls: isNamed(given) ? [{ call: given[0], input: given[1] }] : given }),
    optional: () => {
      turn.optional = true;
      return self;
    },
  };
  return self;
}

function isNamed(given: NamedCall | readonly CallData[]): given is NamedCall {
  return typeof given[0] === 'string';
}
