import type { JsonObject } from '../../protocol/json-object.ts';
import { isJsonObject } from '../../protocol/wire-message.ts';
import type { ToolData, ToolFunction } from '../data/tool-data.ts';
import { type Answers, createAnswers } from './answers.ts';

/** The result of a call as a request holds it. */
export interface ToolResult {
  readonly content: string | readonly JsonObject[];
  readonly is_error?: boolean | undefined;
}

/** What a `tool_result` may hold, other than text alone. */
const BLOCK_TYPES = new Set<unknown>([
  'text',
  'image',
  'document',
  'search_result',
  'tool_reference',
]);

/** Runs the tools of one run: calls their functions, and finds the answers of those that have none. */
export function createToolRunner(
  tools: Readonly<Record<string, ToolData>>,
): (call: Parameters<Answers>[0]) => ToolResult | Promise<ToolResult> {
  const answer = createAnswers(tools);
  const functions = new Map(Object.entries(tools).map(([name, { run }]) => [name, run]));
  return (call) => {
    const run = functions.get(call.name);
    return run ? resultOf(run, call.input) : answer(call);
  };
}

/** As the SDK's tool runner does: an error's own content, such as a `ToolError`'s, or else its message. */
async function resultOf(run: ToolFunction, input: unknown): Promise<ToolResult> {
  try {
    const result = await run(input);
    return { content: isContent(result) ? result : (JSON.stringify(result) ?? '') };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const own: unknown = error instanceof Error && 'content' in error ? error.content : undefined;
    return { content: isContent(own) ? own : `Error: ${message}`, is_error: true };
  }
}

/** Whether a result is text or content blocks already, and no data of its own. */
function isContent(result: unknown): result is ToolResult['content'] {
  if (!Array.isArray(result)) return typeof result === 'string';
  return (
    result.length > 0 &&
    result.every((block) => isJsonObject(block) && BLOCK_TYPES.has(block['type']))
  );
}
