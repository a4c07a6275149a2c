import { rmSync } from 'node:fs';
import { Command } from 'commander';
import type { Exchange } from '../cassette/exchange.ts';
import { createRecorderTo } from '../cassette/recorder.ts';
import { type CassetteWriter, openCassette } from '../cassette/write-cassette.ts';
import { runChild } from '../node/child-command.ts';
import type { Server } from '../node/listen.ts';
import { startRecordingProxy } from '../node/serve-fetch.ts';
import { createFile, reaching } from './cassette-files.ts';
import { EXIT, UsageError } from './exit-codes.ts';
import { hostOption, listening, portOption, untilStopped } from './listening.ts';
import { repeatable } from './repeatable.ts';
import { count } from './text-report.ts';

interface RecordOptions {
  readonly out: string;
  readonly append?: boolean;
  readonly upstream: string;
  readonly port: number;
  readonly host: string;
  readonly redact: readonly string[];
  readonly json?: true;
}

const HELP = `
Starts the command with ANTHROPIC_BASE_URL set to a proxy on this machine; the key is your own. Without a command it
prints the variable and records until it gets SIGINT or SIGTERM. Every exchange is on disk when the command sees its end.

Kept out of the file: credentials in headers, keys and tokens by their looks, e-mail addresses, and the values of
environment variables named with --redact.

Exit status: that of the command; 0 without one, 2 bad usage or the cassette is there already, 5 it is there and no
cassette, 6 it cannot be written, 7 the upstream could not be reached, 8 the port is taken.

Example:

  $ callsheet record --out totals.cassette.yaml -- python agent.py`;

/** `callsheet record`: a proxy that records, for clients in any language. `commandLine` is what follows `--`. */
export function recordCommand(
  exit: (code: number) => void,
  commandLine: () => readonly string[],
): Command {
  return new Command('record')
    .description('record what a command says to the API and is answered')
    .usage('[options] --out file [-- command...]')
    .requiredOption('--out <file>', 'the cassette to make')
    .option('--append', 'add to a cassette that is there')
    .option('--upstream <url>', 'where requests go', 'https://api.anthropic.com')
    .addOption(
      repeatable('--redact <name>', 'an environment variable with a secret to keep out', 'none'),
    )
    .option('--json', 'print one JSON document at the end')
    .addOption(portOption())
    .addOption(hostOption())
    .addHelpText('after', HELP)
    .action(async (options: RecordOptions) => {
      exit(await record(commandLine(), options));
    });
}

async function record(command: readonly string[], options: RecordOptions): Promise<number> {
  const { out, append = false, upstream, json } = options;
  if (!URL.canParse(upstream)) throw new UsageError(`--upstream: "${upstream}" is no URL`);
  const redaction = { secrets: options.redact.map(valueOf) };
  if (!append) createFile(out);
  const tally = countingWriter(reaching(out, () => openCassette(out, { redaction })));
  const recorder = createRecorderTo(tally.writer);
  let status: number;
  try {
    await using server = await listening(startRecordingProxy(recorder, options), options);
    status = await recordFrom(server, command, options);
  } finally {
    await recorder.close();
    // Nothing is no cassette.
    if (tally.count === 0 && !append) rmSync(out);
  }
  const { count: exchanges, unreached } = tally;
  if (json) {
    process.stdout.write(`${JSON.stringify({ out, exchanges, unreached }, null, 2)}\n`);
  } else {
    process.stderr.write(`callsheet: recorded ${count(exchanges, 'exchange')} to ${out}\n`);
  }
  if (unreached === undefined) return status;
  process.stderr.write(`${upstream}: could not be reached (${unreached})\n`);
  return EXIT.upstream;
}

async function recordFrom(
  { url }: Server,
  command: readonly string[],
  { out, json }: RecordOptions,
): Promise<number> {
  if (command.length > 0) {
    const env = { ...process.env, ANTHROPIC_BASE_URL: url };
    return runChild(command, { env, stdout: json ? 'stderr' : 'inherit' });
  }
  const stopped = untilStopped();
  (json ? process.stderr : process.stdout).write(`ANTHROPIC_BASE_URL=${url}\n`);
  process.stderr.write(`callsheet: recording to ${out}, stop with Ctrl+C\n`);
  await stopped;
  return EXIT.ok;
}

interface Tally {
  readonly writer: CassetteWriter;
  readonly count: number;
  /** Why the upstream could not be reached, if ever it could not. */
  readonly unreached: string | undefined;
}

function countingWriter(cassette: CassetteWriter): Tally {
  let count = 0;
  let unreached: string | undefined;
  return {
    writer: {
      append(exchange: Exchange) {
        cassette.append(exchange);
        count++;
        const { response, ended } = exchange;
        if (!response && ended?.by === 'upstream') unreached = ended.error ?? ended.message;
      },
      close: () => cassette.close(),
    },
    get count() {
      return count;
    },
    get unreached() {
      return unreached;
    },
  };
}

function valueOf(name: string): string {
  const value = process.env[name];
  if (value) return value;
  throw new UsageError(`--redact: the environment variable ${name} is not set`);
}
