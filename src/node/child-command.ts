import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { startRealTimer } from '../sandbox/real-timer.ts';

/** What to start a command with. */
export interface ChildOptions {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Where its standard output goes. */
  readonly stdout: 'inherit' | 'stderr';
  /** Ends the command: `SIGTERM`, and `SIGKILL` when that is not enough. Default: it ends when it likes. */
  readonly signal?: AbortSignal | undefined;
}

/** A command could not be started. The message is all there is to say. */
export class CommandError extends Error {
  override readonly name: string = 'CommandError';
  readonly code = 'command.not_started';
}

const STDERR = 2;
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
/** Real milliseconds a command has to end by itself when it is told to. */
const GRACE = 2000;

/**
 * The environment of a command that is to talk to a fake: this process's own, with `ANTHROPIC_BASE_URL` and
 * `ANTHROPIC_API_KEY` set. A token of the user's own would win over the key, and has no business there.
 */
export function clientEnvironment({
  baseURL,
  apiKey,
}: {
  readonly baseURL: string;
  readonly apiKey: string;
}): ChildOptions['env'] {
  return {
    ...process.env,
    ANTHROPIC_AUTH_TOKEN: undefined,
    ANTHROPIC_BASE_URL: baseURL,
    ANTHROPIC_API_KEY: apiKey,
  };
}

/**
 * Runs a command to its end and returns its exit status; as in a shell, 128 and the number of the signal that ended it.
 * Signals to this process are passed on: the command decides when it ends. Throws a `CommandError` when it cannot start.
 */
export function runChild(
  [command = '', ...args]: readonly string[],
  { env, stdout, signal }: ChildOptions,
): Promise<number> {
  const child = spawn(command, args, {
    env,
    stdio: ['inherit', stdout === 'stderr' ? STDERR : 'inherit', 'inherit'],
  });
  const pass = (signal: NodeJS.Signals) => child.kill(signal);
  for (const signal of SIGNALS) process.on(signal, pass);
  const end = () => {
    child.kill('SIGTERM');
    const cancel = startRealTimer(GRACE, () => child.kill('SIGKILL'));
    child.once('exit', cancel);
  };
  signal?.addEventListener('abort', end);
  return new Promise<number>((resolve, reject) => {
    child.on('error', (error: NodeJS.ErrnoException) => {
      const reason = error.code === 'ENOENT' ? 'no such command' : (error.code ?? error.message);
      reject(new CommandError(`${command}: ${reason}`));
    });
    child.on('exit', (code, signal) =>
      resolve(code ?? 128 + (signal ? constants.signals[signal] : 0)),
    );
  }).finally(() => {
    for (const signal of SIGNALS) process.off(signal, pass);
    signal?.removeEventListener('abort', end);
  });
}
