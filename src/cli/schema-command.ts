import { Command } from 'commander';
import { scenarioJsonSchema } from '../scenario/json-schema.ts';

const HELP = `
Editors with the YAML language server complete keys and show mistakes where the first line of a scenario is

  # yaml-language-server: $schema=./node_modules/callsheet/schemas/scenario.schema.json

which holds what this command prints.

Exit status: 0.

Example:

  $ callsheet schema > scenario.schema.json`;

/** `callsheet schema`: what editors need to complete scenario files. */
export function schemaCommand(): Command {
  return new Command('schema')
    .description('print the JSON Schema of scenario files, for editors')
    .addHelpText('after', HELP)
    .action(() => {
      process.stdout.write(`${JSON.stringify(scenarioJsonSchema(), null, 2)}\n`);
    });
}
