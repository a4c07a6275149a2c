import { readToolObject } from '../protocol/tool-object.ts';
import { codeToolSchema } from './data/tool-data.ts';
import type { StandardSchema } from './data/matcher.ts';
import { ScenarioError } from './errors/scenario-error.ts';
import type { RunnableTool, ToolOptions, ToolsOption } from './tool-types.ts';

/**
 * Tools by name, as plain data but for their functions: schemas become JSON Schema. Throws a `ScenarioError` for a schema
 * that cannot, for a tool without a name or schema, and for two of one name.
 */
export function toolData(tools: ToolsOption): Record<string, object> {
  const entries = isList(tools)
    ? tools.map((tool, i) => runnableTool(tool, `tools[${i}]`))
    : Object.entries(tools).map(([name, tool]) => namedTool(name, tool));
  const names = entries.map(([name]) => name);
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice === undefined) return Object.fromEntries(entries);
  throw new ScenarioError('tools', [{ message: `there are two tools "${twice}"` }]);
}

function isList(tools: ToolsOption): tools is readonly RunnableTool[] {
  return Array.isArray(tools);
}

function namedTool(name: string, tool: ToolOptions | RunnableTool): [string, object] {
  if ('run' in tool) return runnableTool(tool, `tools.${name}`, name);
  const { input_schema: schema } = tool;
  if (!schema || !isStandardSchema(schema)) return [name, tool];
  return [name, { ...tool, input_schema: jsonSchemaOf(schema, name) }];
}

/** What the tool says beside that for a request, such as `cache_control`, is nothing the reference client would declare. */
function runnableTool(value: RunnableTool, where: string, key?: string): [string, object] {
  const tool = readToolObject(value, key);
  if (!tool?.run || typeof tool.input !== 'object') {
    const message = `${where} is not a tool that can be run: it needs "name", "input_schema" and "run"`;
    throw new ScenarioError('tools', [{ message }]);
  }
  const known = Object.entries(value).filter(([name]) => name in codeToolSchema.shape);
  const { $schema: _, ...schema } = tool.input;
  return [tool.name, { ...Object.fromEntries(known), input_schema: schema, run: tool.run }];
}

function isStandardSchema(schema: object): schema is StandardSchema {
  return '~standard' in schema;
}

function jsonSchemaOf({ '~standard': standard }: StandardSchema, tool: string): object {
  if (!standard.jsonSchema) {
    const message = `the ${standard.vendor} schema of the tool "${tool}" cannot be said as JSON Schema; write that instead`;
    throw new ScenarioError('tools', [{ message }]);
  }
  const { $schema: _, ...schema } = standard.jsonSchema.input({ target: 'draft-2020-12' });
  return schema;
}
