import { Command, Option } from 'commander';
import { createFakeApi } from '../api/create-fake-api.ts';
import { runScenario } from '../scenario/run-scenario.ts';
import { verdict } from '../verdict/verdict.ts';
import type { Schedule } from '../schedule/schedule.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';
import { scheduleOption } from './schedule-option.ts';
import { jsonReport, type ScenarioRun } from './json-report.ts';
import {
  describeFileProblem,
  readScenarios,
  type ScenarioInFile,
} from '../scenario/scenario-files.ts';
import { githubReport } from './reports/github.ts';
import { junitReport } from './reports/junit.ts';
import type { Outcome } from './reports/outcome.ts';
import { outcomesOf } from './run-outcomes.ts';
import { createProgress } from './progress.ts';
import { type Palette, palette, reportRun, reportSummary } from './text-report.ts';
import { reportVerdict } from './verdict-report.ts';

const REPORTS = {
  junit: (outcomes: readonly Outcome[]) => junitReport('callsheet run', outcomes),
  github: githubReport,
};

interface RunOptions {
  readonly json?: boolean;
  readonly verdict?: boolean;
  /** `fetch`, `sdk`, or a file. */
  readonly client: string;
  readonly schedule?: Schedule;
  readonly reporter: 'text' | 'junit' | 'github';
}

const EXAMPLE = `
Exit status: 0 all passed, 1 a scenario failed, 2 a file is missing or not a scenario.

Example, totals.yaml:

  scenario: weekly totals
  tools:
    fetch_sales_data:
      returns: [{ units: 3 }, { units: 4 }]
  turns:
    - user: What is the total?
      claude:
        - runs: |
            import json
            rows = json.loads(await fetch_sales_data({"sku": "ABC123"}))
            print(sum(row["units"] for row in rows))
          prints: 7
        - says: The total is 7.
  expect:
    calls:
      - fetch_sales_data: { sku: ABC123 }

  $ callsheet run totals.yaml
  $ callsheet run totals.yaml --schedule '{ faults: [{ on: request, nth: 2, error: overloaded_error }] }'

Your own agent is a module that exports a function:

  export async function runAgent(api, { scenario, inputs }) { … new Anthropic({ fetch: api.fetch }) … }

Its timers are faked, so that waiting takes no time, and it is held to the invariants of agentProperty, too.`;

/** `callsheet run`: plays scenarios with the reference client as their agent. */
export function runCommand(exit: (code: ExitCode) => void): Command {
  return new Command('run')
    .description('play scenarios against the fake API and report what differs')
    .argument('[paths...]', 'scenario files, or folders of them (default: scenarios)')
    .option('--json', 'print one JSON document with results and transcripts')
    .option('--verdict', 'say after each scenario which rules the client broke')
    .option(
      '--client <client>',
      'the agent: one of ours by "fetch" or "sdk", or yours, a module that exports runAgent',
      'fetch',
    )
    .addOption(
      scheduleOption(
        "what goes wrong, as YAML: a file, or a map in braces (default: the scenarios' own)",
      ),
    )
    .addOption(
      new Option('--reporter <reporter>', 'how to report')
        .choices(['text', 'junit', 'github'])
        .default('text')
        .conflicts(['json', 'verdict']),
    )
    .addHelpText('after', EXAMPLE)
    .action(async (paths: string[], options: RunOptions) => {
      exit(await run(paths.length === 0 ? ['scenarios'] : paths, options));
    });
}

/** All files are read before any scenario is played, so that a slip in one is known at once. The valid ones run anyway. */
async function run(
  paths: readonly string[],
  { json, verdict: withVerdict, client, reporter, schedule }: RunOptions,
): Promise<ExitCode> {
  const play = await playerOf(client, schedule);
  const { scenarios, problems } = await readScenarios(paths);
  for (const problem of problems) process.stderr.write(`${describeFileProblem(problem)}\n`);

  const colors: Palette = palette(process.stdout);
  const runs: ScenarioRun[] = [];
  const progress = createProgress(scenarios.length);
  for (const each of scenarios) {
    progress.step(`playing ${each.scenario.name}`);
    const done = await play(each);
    progress.clear();
    runs.push(done);
    if (json || reporter !== 'text') continue;
    process.stdout.write(`${reportRun(done, colors)}\n`);
    if (withVerdict) process.stdout.write(`${reportVerdict(verdict(done.transcript), colors)}\n`);
  }
  if (json) process.stdout.write(jsonReport(runs, problems));
  else if (reporter !== 'text') process.stdout.write(REPORTS[reporter](outcomesOf(runs, problems)));
  else if (runs.length > 0) process.stdout.write(`${reportSummary(runs, problems, colors)}\n`);

  if (problems.length > 0) return EXIT.invalid;
  return runs.every(({ result }) => result.ok) ? EXIT.ok : EXIT.failed;
}

type Play = (scenario: ScenarioInFile) => Promise<ScenarioRun>;

/** What plays scenarios by the client that was asked for. Throws a `UsageError`. */
async function playerOf(client: string, schedule: Schedule | undefined): Promise<Play> {
  if (client === 'fetch' || client === 'sdk') return (each) => play(each, { client, schedule });
  const { loadClient, playClient } = await import('./client-module.ts');
  const runAgent = await loadClient(client);
  return async ({ file, scenario }) => {
    const played = await playClient(scenario, runAgent, schedule);
    return { file, scenario, ...played };
  };
}

async function play(
  { file, scenario }: ScenarioInFile,
  { client, schedule }: { client: 'fetch' | 'sdk'; schedule: Schedule | undefined },
): Promise<ScenarioRun> {
  const api = createFakeApi({ script: scenario, schedule });
  try {
    const result = await runScenario(scenario, { api, client });
    return { file, scenario, result, transcript: api.transcript.events };
  } finally {
    await api.dispose();
  }
}
