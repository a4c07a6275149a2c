import { checkToolChoice } from '../machine/checks/options.ts';
import {
  callableTools,
  checkCallerVersions,
  checkTool,
  offersCells,
  type ToolOffer,
} from '../machine/checks/tools.ts';
import type { ApiError } from '../protocol/errors.ts';
import { DEFAULT_FIDELITY } from '../protocol/fidelity.ts';
import { MessageRequest } from '../protocol/request.ts';
import { ToolParam, type ClientTool } from '../protocol/tool-params.ts';
import { isJsonObject } from '../protocol/wire-message.ts';
import { ADVICE_ON_TOOLS, staleBetas, type LintFinding } from './lint-rules.ts';
import { readTool } from './tool-contract.ts';

export interface LintOptions {
  /** Headers of the request, for stale values of `anthropic-beta`. Default: none. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

/**
 * Looks for what is wrong with tools that code is to call: in the body of a request, or in a list of tools in any form
 * that `readTool` reads. What the descriptions say is judged by their words, which is advice and no more.
 */
export function lintTools(
  subject: readonly unknown[] | Readonly<Record<string, unknown>>,
  { headers = {} }: LintOptions = {},
): LintFinding[] {
  const { tools: listed, tool_choice } = isList(subject)
    ? { tools: subject, tool_choice: undefined }
    : { tools: subject['tools'], tool_choice: subject['tool_choice'] };
  const findings: LintFinding[] = [];
  const tools: ToolParam[] = [];
  for (const [index, tool] of (isList(listed) ? listed : []).entries()) {
    const { data, error } = ToolParam.safeParse(asDeclared(tool));
    if (!data) {
      findings.push(...error.issues.map((issue) => malformed(index, tool, issue)));
      continue;
    }
    tools.push(data);
    findings.push(...lintTool(data, `tools.${index}.${data.type}`));
  }
  const choice = MessageRequest.shape.tool_choice.safeParse(tool_choice);
  return [
    ...findings,
    ...lintOffer({ tools, ...(choice.data && { tool_choice: choice.data }) }),
    ...staleBetas(headers),
  ];
}

function lintTool(tool: ToolParam, path: string): LintFinding[] {
  const advice = fromCode(tool)
    ? ADVICE_ON_TOOLS.flatMap(({ rule, look, fix }) => {
        const message = look(tool);
        return message === undefined
          ? []
          : [{ rule, path, message: `\`${tool.name}\` ${message}`, fix, refused: false }];
      })
    : [];
  return [...refused(checkTool(tool, path)), ...advice].map((finding) => ({
    ...finding,
    tool: tool.name,
  }));
}

/** What can be said of the tools only together. */
function lintOffer(offer: ToolOffer): LintFinding[] {
  const { tools = [], tool_choice: choice } = offer;
  const callable = callableTools(offer);
  const forced = choice?.type === 'tool' && callable.find(({ name }) => name === choice.name);
  const choiceRefused = refused(checkToolChoice(offer, { fidelity: DEFAULT_FIDELITY }));
  return [
    ...refused(checkCallerVersions(offer, callable)),
    ...choiceRefused,
    ...(forced && choiceRefused.length === 0 ? [FORCED_CHOICE] : []),
    ...tools.flatMap(({ type }, index) =>
      type === 'mcp_toolset' && offersCells(offer) ? [mcpTools(index)] : [],
    ),
  ];
}

const FORCED_CHOICE: LintFinding = {
  rule: 'lint.forced_choice',
  path: 'tool_choice',
  message: 'Claude has to call the tool itself: a call from code cannot be forced.',
  fix: 'Use `auto`, and ask for the tool in the prompt.',
  refused: false,
};

function mcpTools(index: number): LintFinding {
  return {
    rule: 'lint.mcp_tools',
    path: `tools.${index}.mcp_toolset`,
    message: 'Code cannot call the tools of an MCP server, as it can others of this request.',
    fix: 'Declare as client tools those that code is to call, and pass the calls on.',
    refused: false,
  };
}

function fromCode(tool: ToolParam): tool is ClientTool {
  return callableTools({ tools: [tool] }).length > 0;
}

function refused(error: ApiError | undefined): LintFinding[] {
  if (!error?.broken) return [];
  const { rule, path = '', fix } = error.broken;
  return [{ rule, path, message: error.message, fix, refused: true }];
}

function malformed(
  index: number,
  tool: unknown,
  { path, message }: { readonly path: readonly PropertyKey[]; readonly message: string },
): LintFinding {
  return {
    rule: 'request.schema',
    path: ['tools', index, ...path].map(String).join('.'),
    ...(isJsonObject(tool) && typeof tool['name'] === 'string' && { tool: tool['name'] }),
    message,
    fix: 'Declare the tool as the API describes it.',
    refused: true,
  };
}

/** A tool as a request declares it, of one that is kept in another form. */
function asDeclared(tool: unknown): unknown {
  const contract = ToolParam.safeParse(tool).success ? undefined : readTool(tool);
  if (!contract || !isJsonObject(tool)) return tool;
  const { name, description, input } = contract;
  const { strict, allowed_callers } = tool;
  return { type: 'custom', name, description, input_schema: input.schema, strict, allowed_callers };
}

function isList(value: unknown): value is readonly unknown[] {
  return Array.isArray(value);
}
