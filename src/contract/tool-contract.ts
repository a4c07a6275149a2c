import { isJsonObject } from '../protocol/wire-message.ts';
import type { Side } from './compare-schemas.ts';
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

/**
 * A tool in one of the forms people keep them in:
 *
 * - as a request declares it: `{name, description, input_schema, allowed_callers}`; so is `betaZodTool`'s;
 * - with a zod schema instead, or one of another library that implements Standard JSON Schema, also as `inputSchema` or
 *   `parameters`;
 * - with a schema of its results as `output_schema` or `outputSchema`.
 */
export function readTool(value: unknown, name?: string): ToolContract | undefined {
  if (!isJsonObject(value)) return undefined;
  const own = value['name'] ?? name;
  const input = schemaOf(
    value['input_schema'] ?? value['inputSchema'] ?? value['parameters'],
    'input',
  );
  if (typeof own !== 'string' || input === undefined) return undefined;
  const output = schemaOf(value['output_schema'] ?? value['outputSchema'], 'output');
  return {
    name: own,
    ...(typeof value['description'] === 'string' && { description: value['description'] }),
    input: { schema: input, inferred: false },
    ...(output !== undefined && { output: { schema: output, inferred: false } }),
    callers: callersOf(value['allowed_callers']),
  };
}

/** The tools of a list, or of an object whose keys are their names. What is no tool with a schema is left out. */
export function readTools(value: unknown): ToolContract[] {
  if (Array.isArray(value)) return value.flatMap((tool) => readTool(tool) ?? []);
  if (!isJsonObject(value)) return [];
  return Object.entries(value).flatMap(([name, tool]) => readTool(tool, name) ?? []);
}

/** Without `allowed_callers` only Claude itself calls a tool. */
function callersOf(allowed: unknown): ToolCaller[] {
  if (!Array.isArray(allowed)) return ['direct'];
  const callers = allowed.map((caller) => (caller === 'direct' ? 'direct' : 'code'));
  return [...new Set<ToolCaller>(callers)];
}

/** A JSON Schema, or what a schema of zod or another library of the Standard JSON Schema kind says it is. */
function schemaOf(value: unknown, side: Side): JsonSchema | undefined {
  const standard: unknown =
    isJsonObject(value) || typeof value === 'function'
      ? Reflect.get(value, '~standard')
      : undefined;
  const converters = isJsonObject(standard) ? standard['jsonSchema'] : undefined;
  if (!isJsonObject(converters)) return asSchema(value);
  const convert = converters[side];
  if (typeof convert !== 'function') return undefined;
  return asSchema(Reflect.apply(convert, undefined, [{ target: 'draft-2020-12' }]));
}

function asSchema(value: unknown): JsonSchema | undefined {
  return typeof value === 'boolean' || isJsonObject(value) ? value : undefined;
}
