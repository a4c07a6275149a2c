import { Command } from 'commander';
import { createFakeApi, type FakeApi } from '../api/create-fake-api.ts';
import { clientEnvironment, runChild } from '../node/child-command.ts';
import { startServer } from '../node/server.ts';
import { pyodideSandbox } from '../sandbox/pyodide.ts';
import { verdict } from '../verdict/verdict.ts';
import { EXIT } from './exit-codes.ts';
import { listening, parsePort, untilStopped } from './listening.ts';
import { judgeServed } from './judge-served.ts';
import { jsonReport } from './json-report.ts';
import { type NamedScenario, nameScenarios, playAny } from './scenario-choice.ts';
import { describeFileProblem, readScenarios } from '../scenario/scenario-files.ts';
import { palette, reportRun, reportSummary } from './text-report.ts';
import { reportVerdict } from './verdict-report.ts';

interface ServeOptions {
  readonly port: number;
  readonly host: string;
  readonly key: readonly string[];
  readonly model: readonly string[];
  readonly json?: boolean;
}

const DEFAULT_KEY = 'callsheet';

const HELP = `
Prints the environment for the client, ANTHROPIC_BASE_URL and ANTHROPIC_API_KEY, one line each, and serves until it
gets SIGINT or SIGTERM. Then it says what was played and which rules the client broke. With a command it starts that
with the environment set, and ends when the command does.

Of several scenarios a conversation gets the first whose first turn fits what the user says. A base URL that ends in
/s/NAME chooses by hand: the scenario in NAME.yaml. /s/NAME.2, or anything else behind a dot, is another conversation.

Exit status: 0 all was played and no rule broken, 1 otherwise, 2 a file is missing or not a scenario, 8 the port is
taken; with a command its own status, if that is not 0.

Examples:

  $ callsheet serve totals.yaml
  $ callsheet serve scenarios -- python test_agent.py
`;

/** `callsheet serve`: scenarios for clients in other processes and languages. `commandLine` is what follows `--`. */
export function serveCommand(
  exit: (code: number) => void,
  commandLine: () => readonly string[],
): Command {
  return new Command('serve')
    .description('serve scenarios over HTTP on this machine, for clients in any language')
    .usage('[options] [paths...] [-- command...]')
    .argument('[paths...]', 'scenario files, or folders of them (default: scenarios)')
    .option('--port <number>', 'port to listen on (default: any that is free)', parsePort, 0)
    .option('--host <host>', 'address to listen on', '127.0.0.1')
    .option('--key <key>', 'a key that is valid; may be repeated (default: any key)', collect, [])
    .option('--model <model>', 'a model that exists; may be repeated (default: any)', collect, [])
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
  const api = createFakeApi({
    script: playAny(scenarios),
    sandbox,
    ...(models.length > 0 && { models }),
    ...(keys.length > 0 && { auth: { keys } }),
  });
  let status: number = EXIT.ok;
  try {
    await using server = await listening(startServer(api, options), options);
    const apiKey = keys[0] ?? DEFAULT_KEY;
    if (command.length > 0) {
      const env = clientEnvironment({ baseURL: server.url, apiKey });
      status = await runChild(command, { env, stdout: json ? 'stderr' : 'inherit' });
    } else {
      const stopped = untilStopped();
      const env = { ANTHROPIC_BASE_URL: server.url, ANTHROPIC_API_KEY: apiKey };
      announce(env, scenarios.length, json ? process.stderr : process.stdout);
      await stopped;
    }
  } finally {
    await api.dispose();
    await sandbox.dispose();
  }
  const ok = report(scenarios, api, { json, hasCommand: command.length > 0 });
  if (status !== EXIT.ok) return status;
  return ok ? EXIT.ok : EXIT.failed;
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
  { transcript }: FakeApi,
  { json, hasCommand }: { readonly json: boolean; readonly hasCommand: boolean },
): boolean {
  const runs = judgeServed(scenarios, transcript.events);
  const broken = verdict(transcript);
  if (json) {
    process.stdout.write(jsonReport(runs, [], transcript.events));
  } else {
    const stream = hasCommand ? process.stderr : process.stdout;
    const colors = palette(stream);
    for (const run of runs) stream.write(`${reportRun(run, colors)}\n`);
    stream.write(`${runs.at(-1)?.result.ok ? '\n' : ''}${reportVerdict(broken, colors)}\n`);
    stream.write(`${reportSummary(runs, [], colors).trimStart()}\n`);
  }
  return broken.length === 0 && runs.every(({ result }) => result.ok);
}

function collect(value: string, before: readonly string[]): string[] {
  return [...before, value];
}
