import { Command } from 'commander';
import { randomBytes } from 'node:crypto';
import { createFakeApi } from '../api/create-fake-api.ts';
import { clientEnvironment, runChild } from '../node/child-command.ts';
import { CONTROL_PATH, createControl, isLoopback } from '../node/control.ts';
import { startServer } from '../node/server.ts';
import type { Schedule } from '../schedule/schedule.ts';
import { pyodideSandbox } from '../sandbox/pyodide.ts';
import type { TranscriptEvent } from '../transcript/events.ts';
import { EXIT } from './exit-codes.ts';
import { hostOption, listening, portOption, untilStopped } from './listening.ts';
import { repeatable } from './repeatable.ts';
import { judgeAll, judgeServed } from './judge-served.ts';
import { jsonReport } from './json-report.ts';
import { type NamedScenario, nameScenarios, playAny } from './scenario-choice.ts';
import { describeFileProblem, readScenarios } from '../scenario/scenario-files.ts';
import { scheduleOption } from './schedule-option.ts';
import { palette, reportRun, reportSummary } from './text-report.ts';
import { reportVerdict } from './verdict-report.ts';

interface ServeOptions {
  readonly port: number;
  readonly host: string;
  readonly key: readonly string[];
  readonly model: readonly string[];
  readonly schedule?: Schedule;
  readonly json?: boolean;
}

const DEFAULT_KEY = 'callsheet';

const HELP = `
Prints the environment for the client, one line for each variable, and serves until it gets SIGINT or SIGTERM. Then
it says what was played and which rules the client broke. With a command it starts that with the environment set, and
ends when the command does.

Of several scenarios a conversation gets the first whose first turn fits what the user says. A base URL that ends in
/s/NAME chooses by hand: the scenario in NAME.yaml. /s/NAME.2, or anything else behind a dot, is another conversation.

CALLSHEET_CONTROL_URL is where a test sees into the fake, as JSON: GET transcript, GET verdict, GET clock (with
?session=KEY for one conversation); POST clock {"advance": MILLISECONDS} lets time pass, POST reset begins anew and
answers with the verdict so far. With a --host that others can reach it asks for CALLSHEET_CONTROL_TOKEN: the variable's
value if it is set, a random one otherwise.

Exit status: 0 all was played and no rule broken, 1 otherwise, 2 a file is missing or not a scenario, 8 the port is
taken; with a command its own status, if that is not 0.

Examples:

  $ callsheet serve totals.yaml
  $ callsheet serve scenarios -- python test_agent.py`;

/** `callsheet serve`: scenarios for clients in other processes and languages. `commandLine` is what follows `--`. */
export function serveCommand(
  exit: (code: number) => void,
  commandLine: () => readonly string[],
): Command {
  return new Command('serve')
    .description('serve scenarios over HTTP on this machine, for clients in any language')
    .usage('[options] [paths...] [-- command...]')
    .argument('[paths...]', 'scenario files, or folders of them (default: scenarios)')
    .addOption(portOption())
    .addOption(hostOption())
    .addOption(repeatable('--key <key>', 'a key that is valid', 'any'))
    .addOption(repeatable('--model <model>', 'a model that exists', 'any'))
    .addOption(
      scheduleOption(
        "what goes wrong, as YAML: a file, or a map in braces (default: the scenarios' own)",
      ),
    )
    .option('--json', 'print one JSON document at the end, with results and transcript')
    .addHelpText('after', HELP)
    .action(async (paths: string[], options: ServeOptions) => {
      exit(await serve(paths.length === 0 ? ['scenarios'] : paths, commandLine(), options));
    });
}

async function serve(
  paths: readonly string[],
  command: readonly string[],
  options: ServeOptions,
): Promise<number> {
  const read = await readScenarios(paths, { runnable: false });
  for (const problem of read.problems) process.stderr.write(`${describeFileProblem(problem)}\n`);
  if (read.problems.length > 0) return EXIT.invalid;

  const scenarios = nameScenarios(read.scenarios);
  const { key: keys, model: models, json = false } = options;
  const sandbox = pyodideSandbox();
  const token = controlToken(options.host);
  const fake = createControl({
    create: () =>
      createFakeApi({
        script: playAny(scenarios),
        sandbox,
        schedule: options.schedule,
        ...(models.length > 0 && { models }),
        ...(keys.length > 0 && { auth: { keys } }),
      }),
    judge: (transcript, session) => judgeServed(scenarios, transcript, session),
    token,
  });
  let status: number = EXIT.ok;
  try {
    await using server = await listening(startServer(fake, options), options);
    const client = { baseURL: server.url, apiKey: keys[0] ?? DEFAULT_KEY };
    const control = {
      CALLSHEET_CONTROL_URL: `${server.url}${CONTROL_PATH}`,
      ...(token !== undefined && { CALLSHEET_CONTROL_TOKEN: token }),
    };
    if (command.length > 0) {
      const env = { ...clientEnvironment(client), ...control };
      status = await runChild(command, { env, stdout: json ? 'stderr' : 'inherit' });
    } else {
      const stopped = untilStopped();
      const { baseURL, apiKey } = client;
      const env = { ANTHROPIC_BASE_URL: baseURL, ANTHROPIC_API_KEY: apiKey, ...control };
      announce(env, scenarios.length, json ? process.stderr : process.stdout);
      await stopped;
    }
  } finally {
    await fake.dispose();
    await sandbox.dispose();
  }
  const ok = report(scenarios, fake.transcript, { json, hasCommand: command.length > 0 });
  if (status !== EXIT.ok) return status;
  return ok ? EXIT.ok : EXIT.failed;
}

/** What others than this machine have to bring; nothing where they cannot come, unless the user says so. */
function controlToken(host: string): string | undefined {
  const token = process.env['CALLSHEET_CONTROL_TOKEN'];
  return token || (isLoopback(host) ? undefined : randomBytes(24).toString('base64url'));
}

function announce(
  env: Readonly<Record<string, string>>,
  count: number,
  stream: NodeJS.WriteStream,
): void {
  for (const [name, value] of Object.entries(env)) stream.write(`${name}=${value}\n`);
  const what = count === 1 ? '1 scenario' : `${count} scenarios`;
  process.stderr.write(
    `callsheet: serving ${what} at ${env['ANTHROPIC_BASE_URL']}, stop with Ctrl+C\n`,
  );
}

/** Says what was played and broken, and returns whether all is well. The output of a command is left to the command. */
function report(
  scenarios: readonly NamedScenario[],
  transcript: readonly TranscriptEvent[],
  { json, hasCommand }: { readonly json: boolean; readonly hasCommand: boolean },
): boolean {
  const { ok, runs, broken } = judgeAll(scenarios, transcript);
  if (json) {
    process.stdout.write(jsonReport(runs, [], transcript));
  } else {
    const stream = hasCommand ? process.stderr : process.stdout;
    const colors = palette(stream);
    for (const run of runs) stream.write(`${reportRun(run, colors)}\n`);
    stream.write(`${runs.at(-1)?.result.ok ? '\n' : ''}${reportVerdict(broken, colors)}\n`);
    stream.write(`${reportSummary(runs, [], colors).trimStart()}\n`);
  }
  return ok;
}
