import { DOCS, FIELD, SDK, row, type Requirement } from './requirement.ts';

/** Tools, who may call them, and the choice among them. */
export const TOOL_RULES = {
  'tool.unique_names': row('reported', FIELD, 'Tool names are unique.'),
  'tool.strict_from_code': row(
    'documented',
    DOCS,
    '`strict` together with a code caller is a 400. The text is a guess.',
  ),
  'tool.circular_ref': row(
    'documented',
    DOCS,
    'A recursive `$ref` in a tool that code may call is a 400 that says `Circular $ref detected`.',
  ),
  'tool.strict_circular': row(
    'recorded',
    'August 2026',
    'A recursive `$ref` in a strict tool is a 400 that names the circle.',
  ),
  'tool.mcp_callers': row(
    'types',
    SDK,
    'An MCP toolset has no `allowed_callers`: code cannot call it.',
  ),
  'tool.toolset_callers': row(
    'documented',
    DOCS,
    'Members of computer and browser toolsets cannot be called from code.',
  ),
  'tool.code_execution_missing': row(
    'documented',
    DOCS,
    'A code caller without a code execution tool: documented as an error, accepted when recorded (February 2026). Option `codeExecutionTool`.',
  ),
  'tool.caller_version': row(
    'unknown',
    'option `otherCallerVersion`',
    'Whether the 2025 version serves tools that name a 2026 caller, and the reverse.',
  ),
  'tool_choice.unknown': row('reported', FIELD, 'A forced tool is one of the request.'),
  'tool_choice.code_only': row(
    'documented',
    DOCS,
    'A call from code cannot be forced. The text is a guess.',
  ),
  'tool_choice.parallel': row(
    'documented',
    `${DOCS}; option \`disableParallelToolUse\``,
    '`disable_parallel_tool_use` is not supported with programmatic tool calling. The text is a guess.',
  ),
} satisfies Record<string, Requirement>;

export const TOOL_BEHAVIOURS = {
  'request.caller_values': row(
    'types',
    SDK,
    '`allowed_callers` takes `direct` and the three versions since 2025-08-25.',
  ),
  'request.no_code_execution_tool': row(
    'recorded',
    'February 2026',
    'Cells run for a request whose tools name a code caller, without a declared code execution tool.',
  ),
} satisfies Record<string, Requirement>;
