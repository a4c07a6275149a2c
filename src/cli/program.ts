import { readFileSync } from 'node:fs';
import { Command, CommanderError } from 'commander';
import { EXIT, type ExitCode, UsageError } from './exit-codes.ts';
import { runCommand } from './run-command.ts';

/** A program whose commands leave their exit status in `exitCode`. */
export interface Program {
  readonly command: Command;
  exitCode: ExitCode;
}

/** The command line with all its commands. */
export function createProgram(): Program {
  const command = new Command('callsheet')
    .description(
      "Test agents that use Claude's code execution tool: no network, no key, real Python.",
    )
    .version(packageVersion())
    .showHelpAfterError('(run with --help for what there is)')
    .exitOverride();
  const program: Program = { command, exitCode: EXIT.ok };
  command.addCommand(
    runCommand((exitCode) => {
      program.exitCode = exitCode;
    }).copyInheritedSettings(command),
  );
  return program;
}

/** Runs a command line and says its exit status. Errors become one line on stderr, never a stack trace. */
export async function runProgram(program: Program, args: readonly string[]): Promise<ExitCode> {
  try {
    await program.command.parseAsync(args, { from: 'user' });
    return program.exitCode;
  } catch (error) {
    // Commander has said already what is wrong, or has shown the help that was asked for.
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.invalid;
    const message = error instanceof Error ? error.message : String(error);
    process.stderr.write(error instanceof UsageError ? `${message}\n` : `callsheet: ${message}\n`);
    return EXIT.invalid;
  }
}

function packageVersion(): string {
  // Two folders up in the sources and in what is published alike.
  const file = new URL('../../package.json', import.meta.url);
  const { version }: { version: string } = JSON.parse(readFileSync(file, 'utf8'));
  return version;
}
