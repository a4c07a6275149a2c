import { renameSync, writeFileSync } from 'node:fs';
import { writeCassette } from '../cassette/write-cassette.ts';
import { startRecordingProxy } from '../node/serve-fetch.ts';
import { RetakeError } from '../replay/retake-error.ts';
import { createRetake } from '../replay/retake.ts';
import { loadCassette, reaching } from './cassette-files.ts';
import { EXIT, UsageError } from './exit-codes.ts';
import { listening } from './listening.ts';
import { runProxied } from './proxied-command.ts';
import type { RecordOptions } from './record-command.ts';
import { redactionOf } from './redaction-options.ts';

/** Records one turn of a cassette again. The file changes at the end, at once, and only when the turn is whole. */
export async function recordTurn(
  turn: number,
  command: readonly string[],
  options: RecordOptions,
): Promise<number> {
  const { out, upstream, json } = options;
  const cassette = loadCassette(out);
  const retake = asUsage(out, EXIT.invalid, () =>
    createRetake(cassette, { turn, redaction: redactionOf(options) }),
  );
  let status: number;
  try {
    await using server = await listening(startRecordingProxy(retake, options), options);
    status = await runProxied(server, command, options);
  } finally {
    await retake.close();
  }
  if (retake.unreached !== undefined) {
    const reason = `${upstream}: could not be reached (${retake.unreached})`;
    throw new UsageError(`${reason}; ${out} is as it was`, EXIT.upstream);
  }
  const exchanges = asUsage(out, EXIT.failed, () => retake.exchanges());
  const written = `${out}.${process.pid}.tmp`;
  reaching(out, () => {
    writeFileSync(written, writeCassette(exchanges), { flag: 'wx' });
    renameSync(written, out);
  });
  if (json) {
    const document = { out, turn, exchanges: exchanges.length };
    process.stdout.write(`${JSON.stringify(document, null, 2)}\n`);
  } else {
    process.stderr.write(`callsheet: recorded turn ${turn} of ${out} again\n`);
  }
  return status;
}

function asUsage<T>(file: string, exitCode: 1 | 2, action: () => T): T {
  try {
    return action();
  } catch (error) {
    if (!(error instanceof RetakeError)) throw error;
    throw new UsageError(`${file} is as it was: ${error.message}`, exitCode);
  }
}
