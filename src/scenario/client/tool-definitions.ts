import type { ScenarioData } from '../data/scenario-data.ts';
import { CODE_EXECUTION } from '../data/tool-data.ts';

/** A tool as a request declares it. */
export interface ToolDefinition {
  readonly type?: string;
  readonly name: string;
  readonly description?: string;
  readonly input_schema?: Record<string, unknown>;
  readonly allowed_callers?: readonly string[];
}

const WEB: readonly ToolDefinition[] = [
  { type: 'web_search_20260209', name: 'web_search' },
  { type: 'web_fetch_20260209', name: 'web_fetch' },
];

/** The tools a scenario's agent declares: code execution, then its own, callable from code unless they say otherwise. */
export function toolDefinitions({ tools = {}, web }: ScenarioData): ToolDefinition[] {
  const own = Object.entries(tools).map(([name, tool]) => ({
    name,
    ...(tool.description !== undefined && { description: tool.description }),
    input_schema: tool.input_schema ?? { type: 'object' },
    allowed_callers: tool.allowed_callers ?? [CODE_EXECUTION],
  }));
  return [{ type: CODE_EXECUTION, name: 'code_execution' }, ...(web ? WEB : []), ...own];
}
