import { Command } from 'commander';
import type { ExitCode } from '../exit-codes.ts';

export interface RerunCommandOptions {
  readonly tools?: string;
  readonly json?: true;
}

const HELP = `
Runs the cells of a cassette or a recording again, in the sandbox. By default their calls get the results that were
recorded: what differs then is the sandbox's doing. With --tools today's tools answer (they are called for that: mind what
they do): what differs then is what the code that Claude wrote makes of them.

For each cell: calls that were added, are missing, moved or have other arguments, and other output. Cells that cannot be
run, because the recording does not hold all that they did, are named with the reason.

Exit status: 0 nothing differs, 1 something does, 2 the module of tools is not valid, 3 a cassette is cut, 4 of another
version, 5 nothing that holds a session, 6 a file cannot be read.

Example:

  $ callsheet rerun totals.cassette.yaml --tools dist/tools.js`;

/** `callsheet rerun`: recorded cells, run again. */
export function rerunCommand(exit: (code: ExitCode) => void): Command {
  return new Command('rerun')
    .description("run recorded cells again, with the recorded results or today's tools")
    .argument('<files...>', 'cassettes, or other recordings of sessions')
    .option('--tools <module>', "today's tools, to answer the calls instead of what was recorded")
    .option('--json', 'print one JSON document')
    .addHelpText('after', HELP)
    .action(async (files: string[], options: RerunCommandOptions) => {
      const { rerun } = await import('./rerun.ts');
      exit(await rerun(files, options));
    });
}
