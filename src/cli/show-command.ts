import { writeFileSync } from 'node:fs';
import { Command, Option } from 'commander';
import { renderTimeline } from '../timeline/render-timeline.ts';
import { showTranscript } from '../timeline/show-transcript.ts';
import { reaching } from './cassette-files.ts';
import { loadTranscript } from './load-transcript.ts';

interface ShowOptions {
  readonly json?: true;
  readonly html?: true;
  readonly out?: string;
}

const HELP = `
Reads cassettes, whatever callsheet import reads, the document of callsheet run --json, and transcripts as JSON.

Exit status: 0 shown, 3 the cassette is cut, 4 of another version, 5 nothing that holds a session, 6 a file cannot be read
or written.

Example:

  $ callsheet show totals.cassette.yaml`;

/** `callsheet show`: a session as a person reads it. */
export function showCommand(): Command {
  return new Command('show')
    .description('show what happened in a recorded session')
    .argument('<file>', 'a cassette, a recording or a transcript')
    .addOption(new Option('--json', 'print the transcript as JSON').conflicts('html'))
    .option('--html', 'make a page with the timeline')
    .option('-o, --out <file>', 'write to a file (default: stdout)')
    .addHelpText('after', HELP)
    .action((file: string, options: ShowOptions) => {
      const text = render(file, options);
      const { out } = options;
      if (out === undefined) process.stdout.write(text);
      else reaching(out, () => writeFileSync(out, text));
    });
}

function render(file: string, { json, html }: ShowOptions): string {
  const { transcript, failures } = loadTranscript(file);
  if (json) return `${JSON.stringify(transcript, null, 2)}\n`;
  return html ? renderTimeline(transcript, { title: file, failures }) : showTranscript(transcript);
}
