import { answerOf } from '../agents/loop.mjs';

/** The tools of a scenario, to be declared and run by a client. */
export function toolsOf(api, { data: { tools = {} } }) {
  return Object.entries(tools).map(([name, tool]) => ({
    name,
    allowedCallers: tool.allowed_callers ?? ['code_execution_20260120'],
    run: api.tool(async (input) => answerOf(tool, input), { name }),
  }));
}
