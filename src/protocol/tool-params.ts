import * as z from 'zod';
import { DECLARED_VERSIONS, TOOL_VERSIONS } from './revisions/code-execution.ts';

/** Entries of a request's `tools`, told apart by `type`; a client tool may leave it out or say `custom`. */

const ToolName = z.string().regex(/^[a-zA-Z0-9_-]{1,128}$/, {
  error: "String should match pattern '^[a-zA-Z0-9_-]{1,128}$'",
});

/** Who may call a tool: Claude directly, or the code of a cell. Guidance for the model, not a gate for calls. */
const allowed_callers = z.array(z.enum(['direct', ...TOOL_VERSIONS])).optional();

/** Fields every kind of tool may have. */
const common = {
  allowed_callers,
  cache_control: z.looseObject({ type: z.string() }).nullish(),
  defer_loading: z.boolean().optional(),
  strict: z.boolean().optional(),
};

/** A tool the client runs. */
const ClientTool = z.strictObject({
  type: z.literal('custom'),
  name: ToolName,
  description: z.string().optional(),
  input_schema: z.looseObject({ type: z.literal('object') }),
  eager_input_streaming: z.boolean().nullish(),
  input_examples: z.array(z.looseObject({})).optional(),
  ...common,
});
export type ClientTool = z.infer<typeof ClientTool>;

/** The code execution tool: its `type` names the version, its name is fixed, and there is nothing to configure. */
const CodeExecutionTool = z.strictObject({
  type: z.enum(DECLARED_VERSIONS),
  name: z.literal('code_execution'),
  ...common,
});

/** Tools of Anthropic's that the fake accepts and leaves alone. */
const OTHER_TOOL_TYPES = [
  'advisor_20260301',
  'bash_20241022',
  'bash_20250124',
  'browser_toolset_20260801',
  'computer_20241022',
  'computer_20250124',
  'computer_20251124',
  'computer_toolset_20260801',
  'mcp_toolset',
  'memory_20250818',
  'text_editor_20241022',
  'text_editor_20250124',
  'text_editor_20250429',
  'text_editor_20250728',
  'tool_search_tool_bm25_20251119',
  'tool_search_tool_regex_20251119',
  'web_fetch_20250910',
  'web_fetch_20260209',
  'web_fetch_20260309',
  'web_fetch_20260318',
  'web_search_20250305',
  'web_search_20260209',
  'web_search_20260318',
] as const;

const OtherTool = z.looseObject({
  type: z.enum(OTHER_TOOL_TYPES),
  name: z.string().optional(),
  allowed_callers,
  strict: z.boolean().optional(),
});

/** Every `type` a tool may have, as the API lists them. */
export const TOOL_TYPES: readonly string[] = [
  ...CodeExecutionTool.shape.type.options,
  'custom',
  ...OTHER_TOOL_TYPES,
].toSorted();

/** An entry of `tools`. One without a `type` is a client tool and is given `custom`. */
export const ToolParam = z.preprocess(
  (tool) => (isUntyped(tool) ? { ...tool, type: 'custom' } : tool),
  z.discriminatedUnion('type', [ClientTool, CodeExecutionTool, OtherTool]),
);
export type ToolParam = z.output<typeof ToolParam>;

function isUntyped(tool: unknown): tool is object {
  return typeof tool === 'object' && tool !== null && (!('type' in tool) || tool.type === null);
}
