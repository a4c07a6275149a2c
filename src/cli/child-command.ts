import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { UsageError } from './exit-codes.ts';

/** What to start a command with. */
export interface ChildOptions {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Where its standard output goes. */
  readonly stdout: 'inherit' | 'stderr';
}

const STDERR = 2;
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Runs a command to its end and returns its exit status; as in a shell, 128 and the number of the signal that ended it.
 * Signals to this process are passed on: the command decides when it ends. Throws a `UsageError` when it cannot start.
 */
export function runChild(
  [command = '', ...args]: readonly string[],
  { env, stdout }: ChildOptions,
): Promise<number> {
  const child = spawn(command, args, {
    env,
    stdio: ['inherit', stdout === 'stderr' ? STDERR : 'inherit', 'inherit'],
  });
  const pass = (signal: NodeJS.Signals) => child.kill(signal);
  for (const signal of SIGNALS) process.on(signal, pass);
  return new Promise<number>((resolve, reject) => {
    child.on('error', (error: NodeJS.ErrnoException) => {
      const reason = error.code === 'ENOENT' ? 'no such command' : (error.code ?? error.message);
      reject(new UsageError(`${command}: ${reason}`));
    });
    child.on('exit', (code, signal) =>
      resolve(code ?? 128 + (signal ? constants.signals[signal] : 0)),
    );
  }).finally(() => {
    for (const signal of SIGNALS) process.off(signal, pass);
  });
}
