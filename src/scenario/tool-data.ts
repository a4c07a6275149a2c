import type { StandardSchema } from './data/matcher.ts';
import { ScenarioError } from './errors/scenario-error.ts';
import type { ToolOptions } from './tool-types.ts';

/** Tools as plain data: schemas become JSON Schema. Throws a `ScenarioError` for a schema that cannot. */
export function toolData(tools: Readonly<Record<string, ToolOptions>>): Record<string, object> {
  return Object.fromEntries(
    Object.entries(tools).map(([name, tool]) => {
      const { input_schema: schema } = tool;
      if (!schema || !isStandardSchema(schema)) return [name, tool];
      return [name, { ...tool, input_schema: jsonSchemaOf(schema, name) }];
    }),
  );
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
