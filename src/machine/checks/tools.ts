import type { ApiError } from '../../protocol/errors.ts';
import type { MessageRequest } from '../../protocol/request.ts';
import { isToolVersion } from '../../protocol/revisions/code-execution.ts';
import { webRevision, type WebRevision } from '../../protocol/revisions/web-tools.ts';
import type { ToolParam } from '../../protocol/tool-params.ts';
import { refusal, type Check } from './check.ts';
import { circularReference } from './circular-reference.ts';

/** What a request says of tools. */
export type ToolOffer = Pick<MessageRequest, 'tools' | 'tool_choice'>;

/** Tools whose `allowed_callers` name a code execution version: the code of a cell may call them. */
export function callableTools({ tools = [] }: ToolOffer): ToolParam[] {
  return tools.filter(
    (tool) => tool.type === 'custom' && (tool.allowed_callers?.some(isToolVersion) ?? false),
  );
}

/** A web tool that code may call. Since February 2026 code alone may, unless `allowed_callers` says otherwise. */
export interface OfferedWebTool {
  readonly tool: ToolParam;
  readonly revision: WebRevision;
}

export function webToolsFromCode({ tools = [] }: ToolOffer): OfferedWebTool[] {
  return tools.flatMap((tool) => {
    const revision = webRevision(tool.type);
    const fromCode = tool.allowed_callers?.some(isToolVersion) ?? true;
    return revision && fromCode ? [{ tool, revision }] : [];
  });
}

/** Whether there is Python: code has something to call. The code execution tool itself need not be declared. */
export function offersCells(request: ToolOffer): boolean {
  return callableTools(request).length > 0 || webToolsFromCode(request).length > 0;
}

/** Whether Claude may call a tool directly; the default. */
export function isDirect({ type, allowed_callers }: ToolParam): boolean {
  return allowed_callers?.includes('direct') ?? webRevision(type) === undefined;
}

export function declaresCodeExecution({ tools = [] }: ToolOffer): boolean {
  return tools.some((tool) => tool.type.startsWith('code_execution_'));
}

/** Files are attached to a container, and only code execution has one. */
export const checkAttachments: Check = (request) => {
  if (declaresCodeExecution(request) || offersCells(request)) return undefined;
  for (const [index, { content }] of request.messages.entries()) {
    if (typeof content === 'string') continue;
    const position = content.findIndex(({ type }) => type === 'container_upload');
    if (position === -1) continue;
    return refusal('file.no_container', {
      path: `messages.${index}.content.${position}`,
      reason: '`container_upload` blocks require a code execution tool.',
      fix: 'Add a code execution tool to `tools`, or leave the block out.',
    });
  }
  return undefined;
};

export const checkTools: Check = (request, { fidelity }) => {
  if (!request.tools) return undefined;
  const names = new Set<string>();
  for (const [index, tool] of request.tools.entries()) {
    const broken = checkTool(tool, `tools.${index}.${tool.type}`);
    if (broken) return broken;
    if (tool.name === undefined) continue;
    if (names.has(tool.name)) return duplicateName(index, tool.name);
    names.add(tool.name);
  }
  const callable = callableTools(request);
  if (callable.length === 0) return undefined;
  if (fidelity.codeExecutionTool === 'required' && !declaresCodeExecution(request)) {
    return codeExecutionMissing(callable);
  }
  if (fidelity.otherCallerVersion === 'rejected') return checkCallerVersions(request, callable);
  return undefined;
};

/** Whether the API takes a tool, whatever the others are. */
export function checkTool(tool: ToolParam, path: string): ApiError | undefined {
  if (tool.type !== 'custom') return checkToolset(tool, path);
  const fromCode = tool.allowed_callers?.some(isToolVersion) ?? false;
  if (fromCode && tool.strict === true) {
    return refusal('tool.strict_from_code', {
      path,
      reason:
        '`strict` is not supported for tools with a code execution caller in `allowed_callers`.',
      fix: 'Leave `strict` out, or allow only `direct` calls.',
    });
  }
  const circle = circularReference(tool.input_schema);
  if (!circle) return undefined;
  if (fromCode) {
    return refusal('tool.circular_ref', {
      path: `${path}.input_schema`,
      reason: `Circular $ref detected: ${circle.join(' -> ')}`,
      fix: 'Unroll the recursion, or allow only `direct` calls.',
    });
  }
  if (tool.strict !== true) return undefined;
  return refusal('tool.strict_circular', {
    path,
    reason: `Invalid schema: Circular reference detected in schema definitions: ${circle.join(' -> ')}. Self-referencing or mutually-referencing definitions are not supported.`,
    fix: 'Unroll the recursion, or leave `strict` out.',
  });
}

function checkToolset(tool: ToolParam, path: string): ApiError | undefined {
  const { type, allowed_callers } = tool;
  if (allowed_callers === undefined) return undefined;
  if (type === 'mcp_toolset') {
    return refusal('tool.mcp_callers', {
      path: `${path}.allowed_callers`,
      reason: 'Extra inputs are not permitted',
      fix: 'Tools of an MCP server cannot be called from code: leave `allowed_callers` out.',
    });
  }
  const directOnly = type === 'computer_toolset_20260801' || type === 'browser_toolset_20260801';
  const code = allowed_callers.findIndex(isToolVersion);
  if (!directOnly || code === -1) return undefined;
  return refusal('tool.toolset_callers', {
    path: `${path}.allowed_callers.${code}`,
    reason: "Input should be 'direct'",
    fix: 'Members of this toolset cannot be called from code.',
  });
}

/** Whether the declared code execution tool is one that the tools may be called by. */
export function checkCallerVersions(
  request: ToolOffer,
  callable: readonly ToolParam[],
): ApiError | undefined {
  const declared = request.tools?.map((tool) => tool.type).find(isToolVersion);
  const stray = callable.find(
    ({ allowed_callers = [] }) =>
      declared && !allowed_callers.filter(isToolVersion).some((v) => era(v) === era(declared)),
  );
  return (
    stray &&
    refusal('tool.caller_version', {
      path: 'tools',
      reason: `\`${stray.name}\` may be called by ${String(stray.allowed_callers)}, but the declared tool is ${declared}.`,
      fix: 'Name the declared version in `allowed_callers`.',
    })
  );
}

/** The two versions of 2026 are one runtime and serve each other. */
function era(version: string): number {
  return version === 'code_execution_20250825' ? 2025 : 2026;
}

function duplicateName(index: number, name: string): ApiError {
  return refusal('tool.unique_names', {
    path: 'tools',
    reason: 'Tool names must be unique.',
    fix: `Rename tools.${index}: another tool is called "${name}".`,
  });
}

function codeExecutionMissing(callable: readonly ToolParam[]): ApiError {
  const names = callable.map(({ name }) => `\`${name}\``).join(', ');
  return refusal('tool.code_execution_missing', {
    path: 'tools',
    reason: `${names} may be called from code execution, but no code execution tool was provided.`,
    fix: 'Add `{type: "code_execution_20260120", name: "code_execution"}` to `tools`.',
  });
}
