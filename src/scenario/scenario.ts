import type { Script } from '../protocol/script.ts';
import type { Schedule, Scheduled } from '../schedule/schedule.ts';
import { type ClaudeScript, claudeScript, type ScriptDraft } from './claude-script.ts';
import type { ExpectData } from './data/expect-data.ts';
import type { ExpectedCalls } from './data/expectation-data.ts';
import { ScenarioData } from './data/scenario-data.ts';
import type { WebPageData } from './data/web-page-data.ts';
import { schemaProblems } from './errors/schema-problems.ts';
import { ScenarioError } from './errors/scenario-error.ts';
import { formatPath } from './json-path.ts';
import { createScript } from './play.ts';
import type { CallOf, InputsOf, ToolsOption } from './tool-types.ts';
import { toolData } from './tool-data.ts';

/** A script plus expectations. As a `Script` it can be given to a fake; its `data` says what is expected. */
export interface Scenario extends Script, Scheduled {
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
export interface ScenarioOptions<Tools extends ToolsOption = ToolsOption> {
  /** The model the reference client asks for. Default: `claude-sonnet-4-6`. */
  readonly model?: string | undefined;
  /**
   * The agent's tools and what they answer, for the reference client. With schemas of zod, or of another library that can
   * say them as JSON Schema, wrong arguments anywhere in the scenario do not compile. Tools that do their work themselves,
   * such as `betaZodTool`'s, may be among them, or be given as a list. Default: none.
   */
  readonly tools?: Tools | undefined;
  /** The web that `web_search` and `web_fetch` see when code calls them. Default: none, and such a call fails. */
  readonly web?: readonly WebPageData[] | undefined;
  /** What goes wrong while it is played, and when. Default: nothing. */
  readonly schedule?: Schedule | undefined;
  /** What must have happened in the end. Default: that every turn was played. */
  readonly expect?: ExpectOptions<Tools> | undefined;
}

/** What must have happened in the end. */
export interface ExpectOptions<Tools> extends Omit<ExpectData, 'calls'> {
  readonly calls?: ExpectedCalls<CallOf<InputsOf<Tools>>> | undefined;
}

/**
 * Writes a scenario in TypeScript. Throws a `ScenarioError` when it has no turns, or a turn in which Claude does
 * nothing, or parts that do not fit each other.
 */
export function scenario<const Tools extends ToolsOption = ToolsOption>(
  name: string,
  write: (claude: ClaudeScript<InputsOf<Tools>>) => void,
  options: ScenarioOptions<Tools> = {},
): Scenario {
  const draft: ScriptDraft = { turns: [], conversations: [] };
  write(claudeScript(draft));
  const { tools, ...others } = options;
  const { turns, conversations, otherwise } = draft;
  const data = {
    scenario: name,
    ...others,
    ...(tools && { tools: toolData(tools) }),
    ...((turns.length > 0 || (conversations.length === 0 && !otherwise)) && { turns }),
    ...(conversations.length > 0 && { conversations }),
    ...(otherwise && { otherwise }),
  };
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
  const { scenario: name, schedule } = data;
  return { name, data, source, schedule, ...createScript(data) };
}
