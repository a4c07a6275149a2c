import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const main = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));

/** A folder of files for one test, gone when the test is over. */
export function folderOf(files: Record<string, string>): Disposable & { readonly path: string } {
  const path = mkdtempSync(join(tmpdir(), 'callsheet-serve-'));
  for (const [file, text] of Object.entries(files)) writeFileSync(join(path, file), text);
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true }) };
}

export interface Ended {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Serving {
  readonly child: ChildProcess;
  /** What was printed to be exported. */
  readonly env: Record<string, string>;
  readonly ended: Promise<Ended>;
  /** Stops it with a signal and says how it ended. */
  stop(signal?: NodeJS.Signals): Promise<Ended>;
}

function start(args: readonly string[], cwd: string, env: Record<string, string> = {}) {
  const child = spawn(process.execPath, [main, 'serve', ...args], {
    cwd,
    env: { ...process.env, ANTHROPIC_AUTH_TOKEN: 'real', ...env },
  });
  const printed = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text) => (printed.stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text) => (printed.stderr += text));
  const ended = once(child, 'close').then(([status]): Ended => ({ status, ...printed }));
  return { child, printed, ended };
}

/** Runs `callsheet serve` to its end. */
export function serveToEnd(args: readonly string[], cwd: string): Promise<Ended> {
  return start(args, cwd).ended;
}

/** Starts `callsheet serve` and waits for its ready line. */
export async function serve(
  args: readonly string[],
  cwd: string,
  env?: Record<string, string>,
): Promise<Serving> {
  const { child, printed, ended } = start(args, cwd, env);
  while (!printed.stderr.includes('callsheet: serving')) {
    const failed = await Promise.race([once(child.stderr, 'data').then(() => undefined), ended]);
    if (failed) throw new Error(`It ended with status ${failed.status}: ${failed.stderr}`);
  }
  const lines = `${printed.stdout}${printed.stderr}`.matchAll(/^([A-Z_]+)=(.*)$/gm);
  return {
    child,
    env: Object.fromEntries([...lines].map(([, name = '', value = '']) => [name, value])),
    ended,
    stop(signal = 'SIGTERM') {
      child.kill(signal);
      return ended;
    },
  };
}

/** Says something to the fake at a base URL, as a client that knows nothing but HTTP does. */
export async function say(
  text: string,
  { base, key = 'any' }: { readonly base: string | undefined; readonly key?: string | undefined },
): Promise<{ status: number; body: any }> {
  const response = await fetch(`${base}/v1/messages`, {
    method: 'POST',
    headers: { 'x-api-key': key },
    body: JSON.stringify({
      model: 'claude-sonnet-4-6',
      max_tokens: 64,
      messages: [{ role: 'user', content: text }],
    }),
  });
  return { status: response.status, body: await response.json() };
}
