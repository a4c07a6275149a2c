import { Command } from 'commander';
import { scenarioJsonSchema } from '../scenario/json-schema.ts';

const HELP = `
Example, for editors with the YAML language server:

  $ callsheet schema > scenario.schema.json
  # yaml-language-server: $schema=./scenario.schema.json   (first line of a scenario)
`;

/** `callsheet schema`: what editors need to complete scenario files. */
export function schemaCommand(): Command {
  return new Command('schema')
    .description('print the JSON Schema of scenario files, for editors')
    .addHelpText('after', HELP)
    .action(() => {
      process.stdout.write(`${JSON.stringify(scenarioJsonSchema(), null, 2)}\n`);
    });
}
