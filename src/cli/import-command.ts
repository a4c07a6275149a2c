import { rmSync } from 'node:fs';
import { Command } from 'commander';
import { readRecording } from '../cassette/import/read-recording.ts';
import { RecordingError } from '../cassette/import/recording.ts';
import { openCassette } from '../cassette/write-cassette.ts';
import { createFile, readText } from './cassette-files.ts';
import { EXIT, UsageError } from './exit-codes.ts';

const HELP = `
Reads VCR YAML and JSON, httpmock YAML, HAR, JSON bodies and lists of them, and raw server-sent events; what it is is told
by its content. Secrets are redacted as in a recording.

Exit status: 0 imported, 2 the cassette is there already, 5 no recording or a broken one, 6 a file cannot be read or
written.
`;

/** `callsheet import`: recordings of other tools as cassettes. */
export function importCommand(): Command {
  return new Command('import')
    .description('make a cassette of a recording that another tool made')
    .argument('<file>', 'the recording')
    .requiredOption('-o, --out <file>', 'the cassette to make')
    .addHelpText('after', HELP)
    .action((file: string, { out }: { out: string }) => {
      const { format, exchanges } = read(file);
      createFile(out);
      const cassette = openCassette(out);
      try {
        for (const exchange of exchanges) cassette.append(exchange);
      } catch (error) {
        rmSync(out);
        throw error;
      } finally {
        cassette.close();
      }
      process.stderr.write(`callsheet: imported ${exchanges.length} exchanges (${format})\n`);
    });
}

function read(file: string): ReturnType<typeof readRecording> {
  const text = readText(file);
  try {
    return readRecording(text, { file });
  } catch (error) {
    if (!(error instanceof RecordingError)) throw error;
    throw new UsageError(`${file}: ${error.reason}`, EXIT.unknown);
  }
}
