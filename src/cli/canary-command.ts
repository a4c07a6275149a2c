import { closeSync, existsSync, openSync } from 'node:fs';
import { basename } from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import { type CanaryReport, MAX_REQUESTS, runCanary } from '../canary/canary.ts';
import type { Deviation } from '../canary/compare-exchanges.ts';
import { openCassette } from '../cassette/write-cassette.ts';
import { REQUIREMENTS } from '../protocol/requirements.ts';
import { describeFileProblem, readScenarios } from '../scenario/scenario-files.ts';
import { loadCassette, reaching } from './cassette-files.ts';
import { EXIT, type ExitCode, UsageError } from './exit-codes.ts';
import { type RedactionFlags, redactionOf, redactionOptions } from './redaction-options.ts';
import { count, type Palette, palette } from './text-report.ts';

interface CanaryCommandOptions extends RedactionFlags {
  readonly upstream: string;
  readonly out?: string;
  readonly model?: string;
  readonly stream?: true;
  readonly maxRequests: number;
  readonly json?: true;
}

const KEY = 'ANTHROPIC_API_KEY';

const HELP = `
Plays the user's side of a scenario to a real API, with the key in ${KEY}, at its owner's cost; then to the fake, whose
Claude does what the real one did. Says for each row of the requirements (docs/facts.md) where shapes, order, statuses or
fields differ. What Claude writes and runs is not compared. Calls that the scenario has no answer for fail.

What was sent and came back is kept as a cassette, redacted as in a recording.

Exit status: 0 nothing differs, 1 something does, 2 no valid scenario or no key, 6 the cassette cannot be written, 7 the API
could not be reached, refused the key, or failed.

Example:

  $ callsheet canary scenarios/sales-total.yaml --upstream https://api.anthropic.com`;

/** `callsheet canary`: the fake held against a real API. */
export function canaryCommand(exit: (code: ExitCode) => void): Command {
  const command = new Command('canary')
    .description('compare the fake with a real API, at your cost')
    .argument('<scenario>', 'what the user says and the tools answer')
    .requiredOption('--upstream <url>', 'the API to play it to')
    .option('-o, --out <file>', 'the cassette, made anew (default: SCENARIO.canary.yaml)')
    .option('--model <model>', "the model to ask (default: the scenario's)")
    .option('--stream', 'have every response streamed')
    .option(
      '--max-requests <number>',
      'how many requests to send at most',
      parseCount,
      MAX_REQUESTS,
    )
    .option('--json', 'print one JSON document')
    .addHelpText('after', HELP)
    .action(async (file: string, options: CanaryCommandOptions) => {
      exit(await canary(file, options));
    });
  for (const option of redactionOptions()) command.addOption(option);
  return command;
}

async function canary(file: string, options: CanaryCommandOptions): Promise<ExitCode> {
  const { upstream, model, stream, maxRequests, json } = options;
  if (!URL.canParse(upstream)) throw new UsageError(`--upstream: "${upstream}" is no URL`);
  const apiKey = process.env[KEY];
  if (!apiKey)
    throw new UsageError(`${KEY} is not set: a canary is played with your key, at your cost`);
  const { scenarios, problems } = await readScenarios([file]);
  const [problem] = problems;
  if (problem) throw new UsageError(describeFileProblem(problem));
  const [only, second] = scenarios;
  if (!only || second) throw new UsageError(`${file}: a canary plays one scenario`);
  const out = options.out ?? `${basename(file).replace(/\.ya?ml$/, '')}.canary.yaml`;
  const cassette = cassetteMadeAnew(out, options);
  let report: CanaryReport;
  try {
    report = await runCanary(only.scenario, {
      fetch: globalThis.fetch,
      baseURL: upstream,
      apiKey,
      model,
      stream,
      maxRequests,
      note: (exchange) => reaching(out, () => cassette.append(exchange)),
    });
  } finally {
    cassette.close();
  }
  if (json) process.stdout.write(`${JSON.stringify({ out, ...report }, null, 2)}\n`);
  else process.stdout.write(describe(report, palette(process.stdout)));
  const { brokenOff, deviations } = report;
  if (!json) process.stderr.write(`callsheet: ${summary(report)}, kept in ${out}\n`);
  if (brokenOff !== undefined) throw new UsageError(`${upstream}: ${brokenOff}`, EXIT.upstream);
  return deviations.length > 0 ? EXIT.failed : EXIT.ok;
}

/** What is there is replaced, when it is a cassette. */
function cassetteMadeAnew(out: string, flags: RedactionFlags) {
  const redaction = redactionOf(flags);
  if (existsSync(out)) loadCassette(out);
  return reaching(out, () => {
    closeSync(openSync(out, 'w'));
    return openCassette(out, { redaction });
  });
}

/** Each row that does not hold, and where. */
function describe({ deviations }: CanaryReport, colors: Palette): string {
  const rows = new Map<string, Deviation[]>();
  for (const each of deviations) {
    rows.set(each.requirement, [...(rows.get(each.requirement) ?? []), each]);
  }
  return [...rows].map(([requirement, found]) => row(requirement, found, colors)).join('\n');
}

function row(requirement: string, found: readonly Deviation[], colors: Palette): string {
  const { behaviour, evidence } = REQUIREMENTS[requirement]!;
  const places = found.map(
    ({ exchange, path, api, fake }) =>
      `    exchange ${exchange}, ${path}: the API ${show(api)}, the fake ${show(fake)}\n`,
  );
  return `${colors.red('✗')} ${requirement}  ${colors.dim(`${behaviour} (${evidence})`)}\n${places.join('')}`;
}

function show(value: unknown): string {
  return value === undefined ? 'nothing' : JSON.stringify(value);
}

function summary({ deviations, exchanges, usage }: CanaryReport): string {
  const rows = new Set(deviations.map(({ requirement }) => requirement)).size;
  const { input_tokens, output_tokens } = usage;
  return `${count(rows, 'row')} of the requirements ${rows === 1 ? 'differs' : 'differ'} in ${count(exchanges, 'exchange')}; ${input_tokens} tokens in and ${output_tokens} out`;
}

function parseCount(text: string): number {
  if (/^[1-9]\d*$/.test(text)) return Number(text);
  throw new InvalidArgumentError('It is a whole number from 1 on.');
}
