import type { JsonObject } from './json-object.ts';
import { isJsonObject } from './wire-message.ts';

/** A tool as code keeps it: what a request declares of it, and the function that does its work. */
export interface ToolObject {
  readonly name: string;
  readonly description?: string | undefined;
  /** JSON Schema of the arguments. */
  readonly input: JsonObject | boolean;
  /** JSON Schema of the results. */
  readonly output?: JsonObject | boolean | undefined;
  readonly allowed_callers?: readonly unknown[] | undefined;
  /** Checks the arguments where the tool can (`parse`), then does its work. Absent for a definition alone. */
  readonly run?: ((input: unknown) => Promise<unknown>) | undefined;
}

/** Names under which tools keep the function that does their work: `run` is `betaZodTool`'s. */
const FUNCTIONS = ['run', 'execute', 'handler'];

/**
 * A tool in one of the forms people keep them in; undefined for what has no name or no schema of its arguments:
 *
 * - as a request declares it: `{name, description, input_schema, allowed_callers}`; so is `betaZodTool`'s;
 * - with a zod schema instead, or one of another library that implements Standard JSON Schema, also as `inputSchema` or
 *   `parameters`;
 * - with a schema of its results as `output_schema` or `outputSchema`.
 */
export function readToolObject(value: unknown, key?: string): ToolObject | undefined {
  if (!isJsonObject(value)) return undefined;
  const name = value['name'] ?? key;
  const input = schemaOf(
    value['input_schema'] ?? value['inputSchema'] ?? value['parameters'],
    'input',
  );
  if (typeof name !== 'string' || input === undefined) return undefined;
  const output = schemaOf(value['output_schema'] ?? value['outputSchema'], 'output');
  const { description, allowed_callers } = value;
  const run = functionOf(value);
  return {
    name,
    ...(typeof description === 'string' && { description }),
    input,
    ...(output !== undefined && { output }),
    ...(Array.isArray(allowed_callers) && { allowed_callers }),
    ...(run && { run }),
  };
}

/** What the SDK's tool runner does: `run` gets what `parse` makes of the arguments. */
function functionOf(tool: Record<string, unknown>): ToolObject['run'] {
  const run = FUNCTIONS.map((key) => tool[key]).find((member) => typeof member === 'function');
  if (!run) return undefined;
  const { parse } = tool;
  return async (input) => {
    const parsed: unknown =
      typeof parse === 'function' ? Reflect.apply(parse, tool, [input]) : input;
    return Reflect.apply(run, tool, [parsed]);
  };
}

/** A JSON Schema, or what a schema of zod or another library of the Standard JSON Schema kind says it is. */
function schemaOf(value: unknown, side: 'input' | 'output'): JsonObject | boolean | undefined {
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

function asSchema(value: unknown): JsonObject | boolean | undefined {
  return typeof value === 'boolean' || isJsonObject(value) ? value : undefined;
}
