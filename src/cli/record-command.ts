import { rmSync } from 'node:fs';
import { Command, InvalidArgumentError, Option } from 'commander';
import type { Exchange } from '../cassette/exchange.ts';
import { createRecorderTo } from '../cassette/recorder.ts';
import { type CassetteWriter, openCassette } from '../cassette/write-cassette.ts';
import { startRecordingProxy } from '../node/serve-fetch.ts';
import { createFile, reaching } from './cassette-files.ts';
import { EXIT, UsageError } from './exit-codes.ts';
import { hostOption, listening, portOption } from './listening.ts';
import { runProxied } from './proxied-command.ts';
import { recordTurn } from './record-turn.ts';
import {
  REDACTION_HELP,
  type RedactionFlags,
  redactionOf,
  redactionOptions,
} from './redaction-options.ts';
import { count } from './text-report.ts';

export interface RecordOptions extends RedactionFlags {
  readonly out: string;
  readonly append?: boolean;
  readonly upstream: string;
  readonly port: number;
  readonly host: string;
  readonly only?: number;
  readonly json?: true;
}

const HELP = `
Starts the command with ANTHROPIC_BASE_URL set to a proxy on this machine; the key is your own. Without a command it
prints the variable and records until it gets SIGINT or SIGTERM. Every exchange is on disk when the command sees its end.

With --only one turn of a cassette that is there is recorded again. The command has the whole conversation: the turn goes
to the API, all others are answered from the cassette, and what was recorded after it goes on from it. Turns count from 1
over the cassette, as replay names them. The API gets what came before as it was recorded: where that names a container,
it has to be alive still. The file is replaced at the end, and only when the turn is whole.

${REDACTION_HELP}

Exit status: that of the command; 0 without one, 1 the turn was not recorded again, 2 bad usage or the cassette is there
already, 3 the cassette is cut, 4 of another version, 5 it is there and no cassette, 6 it cannot be read or written, 7 the
upstream could not be reached, 8 the port is taken.

Examples:

  $ callsheet record --out totals.cassette.yaml -- python agent.py
  $ callsheet record --out totals.cassette.yaml --only 2 -- python agent.py`;

/** `callsheet record`: a proxy that records, for clients in any language. `commandLine` is what follows `--`. */
export function recordCommand(
  exit: (code: number) => void,
  commandLine: () => readonly string[],
): Command {
  const command = new Command('record')
    .description('record what a command says to the API and is answered')
    .usage('[options] --out file [-- command...]')
    .requiredOption('--out <file>', 'the cassette to make')
    .addOption(new Option('--append', 'add to a cassette that is there').conflicts('only'))
    .option('--only <turn>', 'record this turn of a cassette again, and keep the rest', parseTurn)
    .option('--upstream <url>', 'where requests go', 'https://api.anthropic.com')
    .option('--json', 'print one JSON document at the end')
    .addOption(portOption())
    .addOption(hostOption())
    .addHelpText('after', HELP)
    .action(async (options: RecordOptions) => {
      const { only, upstream } = options;
      if (!URL.canParse(upstream)) throw new UsageError(`--upstream: "${upstream}" is no URL`);
      exit(
        only === undefined
          ? await record(commandLine(), options)
          : await recordTurn(only, commandLine(), options),
      );
    });
  for (const option of redactionOptions()) command.addOption(option);
  return command;
}

async function record(command: readonly string[], options: RecordOptions): Promise<number> {
  const { out, append = false, upstream, json } = options;
  const redaction = redactionOf(options);
  if (!append) createFile(out);
  const tally = countingWriter(reaching(out, () => openCassette(out, { redaction })));
  const recorder = createRecorderTo(tally.writer);
  let status: number;
  try {
    await using server = await listening(startRecordingProxy(recorder, options), options);
    status = await runProxied(server, command, options);
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

function parseTurn(text: string): number {
  if (/^[1-9]\d*$/.test(text)) return Number(text);
  throw new InvalidArgumentError('A turn is a whole number from 1 on.');
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
