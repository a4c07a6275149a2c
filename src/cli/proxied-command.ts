import { runChild } from '../node/child-command.ts';
import type { Server } from '../node/listen.ts';
import { EXIT } from './exit-codes.ts';
import { untilStopped } from './listening.ts';

/**
 * Runs a command that talks to a recording proxy, and returns its status. Without a command it says where the proxy is and
 * waits for a signal. With `json` nothing of it goes to stdout.
 */
export async function runProxied(
  { url }: Server,
  command: readonly string[],
  { out, json }: { readonly out: string; readonly json?: true | undefined },
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
