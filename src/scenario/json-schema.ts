import * as z from 'zod';
import { ScenarioFile } from './data/scenario-data.ts';

/** The JSON Schema of a scenario file, by which editors complete keys and show mistakes. */
export function scenarioJsonSchema(): Record<string, unknown> {
  const { $schema, ...schema } = z.toJSONSchema(ScenarioFile, {
    io: 'input',
    unrepresentable: 'any',
    override({ jsonSchema }) {
      // As the parser reads it: `prints: 7` is the text 7.
      if (jsonSchema.type !== 'string' || jsonSchema.enum) return;
      delete jsonSchema.type;
      jsonSchema.anyOf = [{ type: 'string' }, { type: 'number' }, { type: 'boolean' }];
    },
  });
  return { $schema, title: 'A scenario of callsheet', ...schema };
}
