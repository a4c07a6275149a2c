import { readToolObject } from '../protocol/tool-object.ts';
import { isJsonObject } from '../protocol/wire-message.ts';
import { contractOf, type ToolContract } from './tool-contract.ts';

/** A tool as it is today: what it declares, and what it does where that can be called. */
export interface TodaysTool {
  readonly contract: ToolContract;
  /** The tool as it was found, with its name: what `lintTools` looks at. */
  readonly source: Readonly<Record<string, unknown>>;
  /** Returns the result as the text a request would hold. Absent for a definition alone. */
  readonly run?: ((input: unknown) => Promise<string>) | undefined;
}

/**
 * The tools among a module's exports: exported one by one, in lists, or in an object by name. Whatever else it exports is
 * left out.
 */
export function readTodaysTools(exports: unknown): TodaysTool[] {
  const tools = new Map<string, TodaysTool>();
  const collect = (value: unknown, name: string | undefined, depth: number): void => {
    if (Array.isArray(value)) for (const item of value) collect(item, undefined, depth + 1);
    if (!isJsonObject(value)) return;
    const tool = readTodaysTool(value, name);
    if (tool) tools.set(tool.contract.name, tool);
    else if (depth < 2)
      for (const [key, item] of Object.entries(value)) collect(item, key, depth + 1);
  };
  collect(exports, undefined, 0);
  return [...tools.values()];
}

function readTodaysTool(value: Record<string, unknown>, name?: string): TodaysTool | undefined {
  const tool = readToolObject(value, name);
  if (!tool) return undefined;
  const { run } = tool;
  return {
    contract: contractOf(tool),
    source: { ...value, name: tool.name },
    ...(run && { run: async (input: unknown) => resultText(await run(input)) }),
  };
}

/** What the SDK makes of a result: text as it is, the text of text blocks, anything else as JSON. */
function resultText(result: unknown): string {
  if (typeof result === 'string') return result;
  if (Array.isArray(result) && result.length > 0 && result.every(isTextBlock)) {
    return result.map(({ text }) => text).join('');
  }
  return JSON.stringify(result) ?? '';
}

function isTextBlock(value: unknown): value is { type: 'text'; text: string } {
  return isJsonObject(value) && value['type'] === 'text' && typeof value['text'] === 'string';
}
