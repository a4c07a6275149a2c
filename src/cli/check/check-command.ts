import { Command, Option } from 'commander';
import type { ExitCode } from '../exit-codes.ts';

export interface CheckCommandOptions {
  readonly tools: string;
  readonly contract: string;
  readonly rerun?: boolean;
  readonly strict?: boolean;
  readonly update?: boolean;
  readonly format: 'text' | 'json' | 'junit' | 'github';
}

const HELP = `
MODULE is a JavaScript module that exports tools, one by one or in lists: as a request declares them, made with
betaZodTool, or with a zod schema as inputSchema (and outputSchema). Or a JSON file: a list of definitions.

Without --rerun nothing of yours is called and no Python runs: schemas are compared, and recorded arguments are held
against them. With it, today's tools are called with the recorded arguments (mind what they do), and the recorded cells
run again with what they return. A function \`sameResult(recorded, today, {tool, input})\` that MODULE exports says whether
what a tool returns is as good as what was recorded; without one only the shape of results counts.

The tools are also looked over for what makes calls from code fail: what the API refuses, and what it takes and should not
be relied on.

Exit status: 0 nothing that breaks recorded code, 1 something does or the API refuses a tool, 2 the tools or the contract
are not valid, 3 a cassette is cut, 4 of another version, 5 no cassette and no recording, 6 it cannot be read.

Example:

  $ callsheet check cassettes/*.yaml --tools dist/tools.js`;

/** `callsheet check`: recorded sessions against today's tools. */
export function checkCommand(exit: (code: ExitCode) => void): Command {
  return new Command('check')
    .description("say what of today's tools would break the code that was recorded")
    .argument('<cassettes...>', 'cassettes, or other recordings of sessions')
    .requiredOption('--tools <module>', "today's tools")
    .option('--contract <file>', 'what was agreed on', 'callsheet.contract.json')
    .option('--update', "agree on today's tools: write the contract file")
    .option('--rerun', "call today's tools, and run the recorded cells again")
    .option('--strict', 'fail also where it cannot be told whether something breaks')
    .addOption(
      new Option('--format <format>', 'how to report')
        .choices(['text', 'json', 'junit', 'github'])
        .default('text'),
    )
    .addOption(new Option('--json', 'the same as --format json').implies({ format: 'json' }))
    .addHelpText('after', HELP)
    .action(async (cassettes: string[], options: CheckCommandOptions) => {
      // Comparing schemas takes a validator that no other command needs.
      const { check } = await import('./check.ts');
      exit(await check(cassettes, options));
    });
}
