import { rmSync, writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import { Command, Option } from 'commander';
import { createFakeApi } from '../api/create-fake-api.ts';
import type { Exchange } from '../cassette/exchange.ts';
import type { RedactionOptions } from '../cassette/redaction/redact-text.ts';
import { createRedactor } from '../cassette/redaction/redactor.ts';
import { transcriptOf } from '../cassette/transcript-of.ts';
import { openCassette } from '../cassette/write-cassette.ts';
import { type ImportedScenario, importScenario } from '../scenario/recorded/import-scenario.ts';
import { AnswersUnknownError } from '../scenario/recorded/recorded-tools.ts';
import { toYaml } from '../scenario/to-yaml.ts';
import type { TranscriptEvent } from '../transcript/events.ts';
import { createFile, loadExchanges, reaching } from './cassette-files.ts';
import { EXIT, type ExitCode, UsageError } from './exit-codes.ts';
import { type RedactionFlags, redactionOf, redactionOptions } from './redaction-options.ts';
import { count, indented } from './text-report.ts';

const HELP = `
Reads cassettes, VCR YAML and JSON, httpmock YAML, HAR, nock, JSON bodies and lists of them, requests alone, and raw
server-sent events; what it is is told by its content. Secrets are redacted as in a recording.

As a scenario: Claude does again what it did, and tools answer what they answered. It is played once before it is written.
Where code prints something else here than it was recorded, random numbers say, the scenario does not say what it prints.

Exit status: 0 imported, 1 the scenario does not pass all the same, 2 the file to make is there already, 5 no recording or
a broken one, 6 a file cannot be read or written.

Examples:

  $ callsheet import test/cassettes/totals.yaml -o totals.cassette.yaml
  $ callsheet import totals.cassette.yaml --as scenario -o scenarios/totals.yaml && callsheet run`;

interface ImportOptions extends RedactionFlags {
  readonly out: string;
  readonly as: 'cassette' | 'scenario';
  readonly json?: true;
}

/** `callsheet import`: recordings of other tools as cassettes, and any recording as a scenario. */
export function importCommand(exit: (code: ExitCode) => void): Command {
  const command = new Command('import')
    .description('make a cassette or a scenario of a recording')
    .argument('<file>', 'the recording, or a cassette')
    .requiredOption('-o, --out <file>', 'the file to make')
    .addOption(
      new Option('--as <kind>', 'what to make')
        .choices(['cassette', 'scenario'])
        .default('cassette'),
    )
    .option('--json', 'print one JSON document')
    .addHelpText('after', HELP)
    .action(async (file: string, options: ImportOptions) => {
      exit(await importFile(file, options));
    });
  for (const option of redactionOptions()) command.addOption(option);
  return command;
}

async function importFile(
  file: string,
  { out, as, json, ...flags }: ImportOptions,
): Promise<ExitCode> {
  const redaction = redactionOf(flags);
  const { format, exchanges } = loadExchanges(file);
  createFile(out);
  let made: ScenarioMade = { remarks: [], failures: [] };
  try {
    if (as === 'scenario') made = await writeScenario(file, { exchanges, out, redaction });
    else writeCassette({ exchanges, out, redaction });
  } catch (error) {
    rmSync(out);
    throw error;
  }
  if (json) {
    const document = { out, as, format, exchanges: exchanges.length, ...made };
    process.stdout.write(`${JSON.stringify(document, null, 2)}\n`);
  } else {
    report(made);
    const what = count(exchanges.length, 'exchange');
    process.stderr.write(`callsheet: imported ${what} (${format})\n`);
  }
  return made.failures.length === 0 ? EXIT.ok : EXIT.failed;
}

/** What came of a scenario: what is not in it, and why it does not pass if it does not. */
type ScenarioMade = Pick<ImportedScenario, 'remarks' | 'failures'>;

function report({ remarks, failures }: ScenarioMade): void {
  for (const remark of remarks) process.stderr.write(`callsheet: not in it: ${remark}\n`);
  if (failures.length === 0) return;
  process.stderr.write(`callsheet: the scenario is written, but does not pass:\n`);
  for (const { message } of failures) process.stderr.write(`\n${indented(message)}\n`);
}

interface Import {
  readonly exchanges: readonly Exchange[];
  readonly out: string;
  readonly redaction: RedactionOptions;
}

function writeCassette({ exchanges, out, redaction }: Import): void {
  const cassette = openCassette(out, { redaction });
  try {
    for (const exchange of exchanges) cassette.append(exchange);
  } finally {
    cassette.close();
  }
}

async function writeScenario(
  file: string,
  { exchanges, out, redaction }: Import,
): Promise<ScenarioMade> {
  const redactor = createRedactor(redaction);
  const transcript = transcriptOf(exchanges.map((each) => redactor.exchange(each)));
  const name = basename(file).replace(/(?:\.cassette)?\.\w+$/, '');
  const { scenario, remarks, failures } = await imported(name, transcript, file);
  const comment = [`Made from ${file}.`, ...remarks.map((remark) => `Not in it: ${remark}.`)];
  const head = comment.map((line) => `# ${line.replaceAll('\n', ' ')}\n`).join('');
  reaching(out, () => writeFileSync(out, head + toYaml(scenario)));
  return { remarks, failures };
}

async function imported(
  name: string,
  transcript: readonly TranscriptEvent[],
  file: string,
): Promise<ImportedScenario> {
  try {
    return await importScenario(name, transcript, {
      createApi: (script) => createFakeApi({ script }),
    });
  } catch (error) {
    if (!(error instanceof AnswersUnknownError || error instanceof RangeError)) throw error;
    throw new UsageError(`${file}: ${error.message}`, EXIT.unknown);
  }
}
