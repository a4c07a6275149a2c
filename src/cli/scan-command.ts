import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import type { Exchange } from '../cassette/exchange.ts';
import { CassetteError } from '../cassette/cassette-error.ts';
import { readAnyRecording } from '../cassette/read-any-recording.ts';
import { RecordingError } from '../cassette/import/recording.ts';
import type { RedactionOptions } from '../cassette/redaction/redact-text.ts';
import { scanText } from '../cassette/redaction/scan.ts';
import { reaching, readText } from './cassette-files.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';
import { type RedactionFlags, redactionOf, redactionOptions } from './redaction-options.ts';
import { count } from './text-report.ts';

const HELP = `
Looks for what a recording would have redacted: keys, tokens, private keys, passwords in addresses and e-mail addresses,
and credentials in the headers of cassettes and recordings. Prints the place and the kind, never the secret. Folders are
searched for files of text, .git and node_modules aside.

Exit status: 0 none found, 1 secrets found, 6 a file cannot be read.

Example:

  $ callsheet scan test/fixtures`;

/** `callsheet scan`: secrets in fixtures that are there already. */
export function scanCommand(exit: (code: ExitCode) => void): Command {
  const command = new Command('scan')
    .description('find secrets in fixtures')
    .argument('<paths...>', 'files, or folders of them')
    .option('--json', 'print one JSON document')
    .addHelpText('after', HELP)
    .action((paths: string[], { json, ...flags }: RedactionFlags & { json?: true }) => {
      const redaction = redactionOf(flags);
      const files = [...new Set(paths.flatMap(filesAt))];
      const secrets = files.flatMap((file) =>
        scanFile(file, redaction).map((place) => ({ file, ...place })),
      );
      if (json) {
        process.stdout.write(`${JSON.stringify({ files: files.length, secrets }, null, 2)}\n`);
      } else {
        for (const { file, line, kind } of secrets) {
          process.stdout.write(`${file}:${line} ${kind}\n`);
        }
        process.stderr.write(
          `callsheet: ${count(secrets.length, 'secret')} in ${count(files.length, 'file')}\n`,
        );
      }
      exit(secrets.length > 0 ? EXIT.failed : EXIT.ok);
    });
  for (const option of redactionOptions()) command.addOption(option);
  return command;
}

function filesAt(path: string): string[] {
  return reaching(path, () => (statSync(path).isDirectory() ? filesBelow(path) : [path]));
}

/** Hidden ones too: secrets like to stand there. */
function filesBelow(folder: string): string[] {
  const entries = readdirSync(folder, { withFileTypes: true });
  return entries
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const path = join(folder, entry.name);
      if (entry.isFile()) return [path];
      const isPassedOver = entry.name === '.git' || entry.name === 'node_modules';
      return entry.isDirectory() && !isPassedOver ? filesBelow(path) : [];
    });
}

function scanFile(file: string, redaction: RedactionOptions): ReturnType<typeof scanText> {
  const text = readText(file);
  return text.includes('\0') ? [] : scanText(text, recordedIn(text), redaction);
}

/** The exchanges of a cassette or a recording; none of any other text, which may hold secrets all the same. */
function recordedIn(text: string): readonly Exchange[] {
  try {
    return readAnyRecording(text, { cut: 'leave out' }).exchanges;
  } catch (error) {
    if (error instanceof CassetteError || error instanceof RecordingError) return [];
    throw error;
  }
}
