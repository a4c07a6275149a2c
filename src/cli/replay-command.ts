import { Command, InvalidArgumentError, Option } from 'commander';
import { clientEnvironment, runChild } from '../node/child-command.ts';
import { startReplayServer } from '../node/serve-fetch.ts';
import { createReplay } from '../replay/replay.ts';
import {
  DEFAULT_STRICTNESS,
  FIELD_STRICTNESS,
  type FieldStrictness,
  type Strictness,
} from '../replay/strictness.ts';
import type { Schedule } from '../schedule/schedule.ts';
import { verdict } from '../verdict/verdict.ts';
import { loadCassette } from './cassette-files.ts';
import { EXIT } from './exit-codes.ts';
import { hostOption, listening, portOption, untilStopped } from './listening.ts';
import { type RedactionFlags, redactionOf, redactionOptions } from './redaction-options.ts';
import { replayScheduled, type ServedReplay } from './replay-scheduled.ts';
import { scheduleOption } from './schedule-option.ts';
import { palette } from './text-report.ts';
import { reportVerdict } from './verdict-report.ts';

interface ReplayCommandOptions extends RedactionFlags {
  readonly port: number;
  readonly host: string;
  readonly pace?: true;
  readonly checks: boolean;
  readonly strictness: Strictness;
  readonly schedule?: Schedule;
  readonly json?: true;
}

const API_KEY = 'callsheet';

const HELP = `
Starts the command with ANTHROPIC_BASE_URL and ANTHROPIC_API_KEY set, and answers it from the cassette. Without a command
it prints the variables and serves until it gets SIGINT or SIGTERM. Then it says where requests were not as recorded.

How fields of a request are held against the recorded ones:

  exact       any difference, and the recorded exchange does not answer the request
  normalised  differences are reported; in messages other roles, blocks and ids count as exact does
  ignored     not looked at

Fields are those of the body, "headers" (version and betas), and "*" for all others. What was redacted in the recording
has to be redacted in requests, too, to be equal: give the options that were given to record.

Exit status: 0 all was played, 1 a request was not recorded, an exchange was never played or a rule was broken; with a
command its own status, if that is not 0. 3 the cassette is cut, 4 of another version, 5 no cassette, 6 it cannot be
read, 8 the port is taken.

Example:

  $ callsheet replay totals.cassette.yaml -- python test_agent.py`;

/** `callsheet replay`: a cassette for clients in any language. `commandLine` is what follows `--`. */
export function replayCommand(
  exit: (code: number) => void,
  commandLine: () => readonly string[],
): Command {
  const command = new Command('replay')
    .description('answer a client from a cassette')
    .usage('[options] file [-- command...]')
    .argument('<file>', 'the cassette')
    .option('--pace', 'give responses at the pace they were recorded at (default: at once)')
    .addOption(
      new Option('--strictness <field=level>', 'how to compare a field; may be repeated')
        .argParser(collectStrictness)
        .default({}, asFlags(DEFAULT_STRICTNESS)),
    )
    .option('--no-checks', "do not hold requests to the API's rules")
    .addOption(
      scheduleOption(
        'what goes wrong, as YAML: a file, or a map in braces; the cells of the cassette really run then',
      ),
    )
    .option('--json', 'print one JSON document at the end, with what was not as recorded')
    .addOption(portOption())
    .addOption(hostOption())
    .addHelpText('after', HELP)
    .action(async (file: string, options: ReplayCommandOptions) => {
      exit(await play(file, commandLine(), options));
    });
  for (const option of redactionOptions()) command.addOption(option);
  return command;
}

async function play(
  file: string,
  command: readonly string[],
  options: ReplayCommandOptions,
): Promise<number> {
  const { checks, json, pace, strictness, schedule } = options;
  const cassette = loadCassette(file);
  const replay: ServedReplay = schedule
    ? replayScheduled(cassette, { file, schedule })
    : createReplay(cassette, {
        file,
        checks,
        strictness,
        redaction: redactionOf(options),
        pace: pace ? 'recorded' : 'none',
      });
  let status: number = EXIT.ok;
  {
    await using server = await listening(startReplayServer(replay, options), options);
    const client = { baseURL: server.url, apiKey: API_KEY };
    if (command.length > 0) {
      const env = clientEnvironment(client);
      status = await runChild(command, { env, stdout: json ? 'stderr' : 'inherit' });
    } else {
      const stopped = untilStopped();
      (json ? process.stderr : process.stdout).write(
        `ANTHROPIC_BASE_URL=${client.baseURL}\nANTHROPIC_API_KEY=${client.apiKey}\n`,
      );
      process.stderr.write(`callsheet: replaying ${file}, stop with Ctrl+C\n`);
      await stopped;
    }
  }
  await replay.dispose?.();
  const ok = report(replay, json);
  if (status !== EXIT.ok) return status;
  return ok ? EXIT.ok : EXIT.failed;
}

/** Says what was not as recorded, and returns whether all is well. */
function report(replay: ServedReplay, json: true | undefined): boolean {
  const { differences, transcript } = replay;
  const failures = replay.failures();
  const broken = verdict(transcript);
  const ok = failures.length === 0 && broken.length === 0;
  if (json) {
    const document = { ok, differences, failures, verdict: broken };
    process.stdout.write(`${JSON.stringify(document, null, 2)}\n`);
    return ok;
  }
  for (const each of differences) process.stderr.write(`not as recorded: ${each}\n`);
  for (const { message } of failures) process.stderr.write(`${message}\n`);
  if (broken.length > 0) process.stderr.write(reportVerdict(broken, palette(process.stderr)));
  return ok;
}

function collectStrictness(text: string, before: Strictness): Strictness {
  const [, field, level] = /^([\w*]+)=(.*)$/.exec(text) ?? [];
  if (field !== undefined && isLevel(level)) return { ...before, [field]: level };
  throw new InvalidArgumentError(`It is a field, "=" and one of ${FIELD_STRICTNESS.join(', ')}.`);
}

function isLevel(text: string | undefined): text is FieldStrictness {
  return FIELD_STRICTNESS.some((level) => level === text);
}

function asFlags(strictness: Strictness): string {
  return Object.entries(strictness)
    .map((pair) => pair.join('='))
    .join(' ');
}
