import { Command, InvalidArgumentError } from 'commander';
import { commandClient } from '../probe/command-client.ts';
import type { ProbeConversation } from '../probe/conversation.ts';
import { probeClient, type ProbeResult } from '../probe/probe-client.ts';
import { STANDARD_CONVERSATIONS } from '../probe/standard-conversations.ts';
import { didYouMean } from '../scenario/errors/nearest.ts';
import { EXIT, type ExitCode, UsageError } from './exit-codes.ts';
import { reportProbe, reportProbeSummary } from './probe-report.ts';
import { createProgress } from './progress.ts';
import { repeatable } from './repeatable.ts';
import { palette } from './text-report.ts';

interface ProbeCommandOptions {
  readonly conversation: readonly string[];
  readonly timeout: number;
  readonly json?: boolean;
}

const NAMES = STANDARD_CONVERSATIONS.map(({ scenario }) => scenario.name);

const HELP = `
Runs the command once for each conversation, with

  ANTHROPIC_BASE_URL, ANTHROPIC_API_KEY   the fake to talk to
  CALLSHEET_CONVERSATION                  a JSON file that says what to do:
    name      the name of the conversation
    model     the model to ask for
    prompts   what the user says, one message a turn: each when Claude has ended the turn before
    tools     the "tools" of every request
    answers   what each tool answers: the first entry whose "input" equals the arguments, or that has none;
              "content" is the text, "is_error" says that the tool fails. No entry: answer with an error.

The command holds the conversation with the client under test and ends with status 0. What it prints goes to stderr.

Conversations:

${NAMES.map((name) => `  ${name}`).join('\n')}

Exit status: 0 the client held them all, 1 it did something wrong, failed or hung, 2 the command cannot be started, or
bad usage.

Example:

  $ callsheet probe -- python try_client.py`;

/** `callsheet probe`: the standard conversations against a client of anybody's. `commandLine` is what follows `--`. */
export function probeCommand(
  exit: (code: ExitCode) => void,
  commandLine: () => readonly string[],
): Command {
  return new Command('probe')
    .description('let a client in any language hold conversations, and say what it does wrong')
    .usage('[options] -- command...')
    .addOption(repeatable('--conversation <name>', 'a conversation to hold', 'all'))
    .option('--timeout <seconds>', 'how long a conversation may take', parseSeconds, 60)
    .option('--json', 'print one JSON document with results and transcripts')
    .addHelpText('after', HELP)
    .action(async (options: ProbeCommandOptions) => {
      exit(await probe(commandLine(), options));
    });
}

async function probe(
  command: readonly string[],
  { conversation, timeout, json }: ProbeCommandOptions,
): Promise<ExitCode> {
  if (command.length === 0) {
    throw new UsageError('No command to probe: callsheet probe -- COMMAND…');
  }
  const conversations =
    conversation.length === 0 ? STANDARD_CONVERSATIONS : conversation.map(named);
  const colors = palette(process.stdout);
  const progress = createProgress(conversations.length);
  const results: ProbeResult[] = [];
  for (const each of conversations) {
    progress.step(`holding ${each.scenario.name}`);
    const [result] = await probeClient(commandClient(command), {
      conversations: [each],
      timeout: timeout * 1000,
    });
    progress.clear();
    if (!result) continue;
    results.push(result);
    if (!json) process.stdout.write(`${reportProbe(result, colors)}\n`);
  }
  if (json) process.stdout.write(`${JSON.stringify({ conversations: results }, null, 2)}\n`);
  else process.stdout.write(`${reportProbeSummary(results, colors)}\n`);
  return results.every(({ ok }) => ok) ? EXIT.ok : EXIT.failed;
}

function named(name: string): ProbeConversation {
  const found = STANDARD_CONVERSATIONS.find(({ scenario }) => scenario.name === name);
  if (found) return found;
  throw new UsageError(
    `There is no conversation "${name}"${didYouMean(name, NAMES)}\nThere are: ${NAMES.join(', ')}.`,
  );
}

function parseSeconds(text: string): number {
  const seconds = Number(text);
  if (seconds > 0 && Number.isFinite(seconds)) return seconds;
  throw new InvalidArgumentError('A time is a number of seconds above 0.');
}
