import { readToolObject, type ToolObject } from '../protocol/tool-object.ts';
import { isJsonObject } from '../protocol/wire-message.ts';
import type { JsonSchema } from './schema/document.ts';

/** What a tool promises: the arguments it takes, and the results it gives. */
export interface ToolContract {
  readonly name: string;
  readonly description?: string | undefined;
  /** What the arguments have to be: a JSON object. */
  readonly input: ValueContract;
  /** What is known of the results. Text that is JSON is described as what it says. */
  readonly output?: ValueContract | undefined;
  /** Who may call it: `direct`, `code`, or both. The versions of code execution are one caller. */
  readonly callers: readonly ToolCaller[];
}

export interface ValueContract {
  readonly schema: JsonSchema;
  /** The schema was made from samples: nobody declared it. */
  readonly inferred: boolean;
}

export type ToolCaller = 'direct' | 'code';

/** What a tool in one of the forms people keep them in promises; undefined for what is none. */
export function readTool(value: unknown, name?: string): ToolContract | undefined {
  const tool = readToolObject(value, name);
  return tool && contractOf(tool);
}

/** What a tool promises. */
export function contractOf(tool: ToolObject): ToolContract {
  const { name, description, input, output, allowed_callers } = tool;
  return {
    name,
    ...(description !== undefined && { description }),
    input: { schema: input, inferred: false },
    ...(output !== undefined && { output: { schema: output, inferred: false } }),
    callers: callersOf(allowed_callers),
  };
}

/** The tools of a list, or of an object whose keys are their names. What is no tool with a schema is left out. */
export function readTools(value: unknown): ToolContract[] {
  if (Array.isArray(value)) return value.flatMap((tool) => readTool(tool) ?? []);
  if (!isJsonObject(value)) return [];
  return Object.entries(value).flatMap(([name, tool]) => readTool(tool, name) ?? []);
}

/** Without `allowed_callers` only Claude itself calls a tool. */
function callersOf(allowed: readonly unknown[] | undefined): ToolCaller[] {
  if (!allowed) return ['direct'];
  const callers = allowed.map((caller) => (caller === 'direct' ? 'direct' : 'code'));
  return [...new Set<ToolCaller>(callers)];
}
