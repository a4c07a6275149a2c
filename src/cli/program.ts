import { readFileSync } from 'node:fs';
import { Command, CommanderError } from 'commander';
import { CommandError } from '../node/child-command.ts';
import { canaryCommand } from './canary-command.ts';
import { checkCommand } from './check/check-command.ts';
import { EXIT, EXIT_MEANINGS, UsageError } from './exit-codes.ts';
import { importCommand } from './import-command.ts';
import { probeCommand } from './probe-command.ts';
import { recordCommand } from './record-command.ts';
import { replayCommand } from './replay-command.ts';
import { rerunCommand } from './rerun/rerun-command.ts';
import { runCommand } from './run-command.ts';
import { scanCommand } from './scan-command.ts';
import { schemaCommand } from './schema-command.ts';
import { serveCommand } from './serve-command.ts';
import { showCommand } from './show-command.ts';

/** A program whose commands leave their exit status in `exitCode`. */
export interface Program {
  readonly command: Command;
  exitCode: number;
  /** What follows `--` on the command line of a command that starts another one. */
  commandLine: readonly string[];
}

const MEANINGS = Object.values(EXIT_MEANINGS).map((meaning, code) => `  ${code}  ${meaning}`);

const HELP = `
Exit status, of every command:

${MEANINGS.join('\n')}

A command that starts another one (behind --) ends with the status of that one, if it is not 0.

Colours are for terminals, unless NO_COLOR is set.

Example:

  $ callsheet run scenarios`;

const STARTS_A_COMMAND = ['serve', 'probe', 'record', 'replay'];

/** The command line with all its commands. */
export function createProgram(): Program {
  const command = new Command('callsheet')
    .description(
      "Test agents that use Claude's code execution tool: no network, no key, real Python.",
    )
    .version(packageVersion())
    .showHelpAfterError('(run with --help for what there is)')
    .addHelpText('after', HELP)
    .exitOverride();
  const program: Program = { command, exitCode: EXIT.ok, commandLine: [] };
  const exit = (exitCode: number) => {
    program.exitCode = exitCode;
  };
  const commandLine = () => program.commandLine;
  for (const each of [
    runCommand(exit),
    serveCommand(exit, commandLine),
    probeCommand(exit, commandLine),
    recordCommand(exit, commandLine),
    replayCommand(exit, commandLine),
    rerunCommand(exit),
    importCommand(exit),
    showCommand(),
    scanCommand(exit),
    checkCommand(exit),
    canaryCommand(exit),
    schemaCommand(),
  ]) {
    command.addCommand(each.copyInheritedSettings(command));
  }
  return program;
}

/** Runs a command line and says its exit status. Errors become one line on stderr, never a stack trace. */
export async function runProgram(program: Program, args: readonly string[]): Promise<number> {
  // Elsewhere `--` says that what follows are paths.
  const end = STARTS_A_COMMAND.includes(args[0] ?? '') ? args.indexOf('--') : -1;
  if (end !== -1) program.commandLine = args.slice(end + 1);
  try {
    await program.command.parseAsync(end === -1 ? args : args.slice(0, end), { from: 'user' });
    return program.exitCode;
  } catch (error) {
    // Commander has said already what is wrong, or has shown the help that was asked for.
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.invalid;
    const message = error instanceof Error ? error.message : String(error);
    const isPlain = error instanceof UsageError || error instanceof CommandError;
    process.stderr.write(isPlain ? `${message}\n` : `callsheet: ${message}\n`);
    return error instanceof UsageError ? error.exitCode : EXIT.invalid;
  }
}

function packageVersion(): string {
  // Two folders up in the sources and in what is published alike.
  const file = new URL('../../package.json', import.meta.url);
  const { version }: { version: string } = JSON.parse(readFileSync(file, 'utf8'));
  return version;
}
