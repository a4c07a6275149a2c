import { createRequire } from 'node:module';
import { Worker } from 'node:worker_threads';
import type { StartTimer } from '../real-timer.ts';
import { SandboxError } from '../sandbox-error.ts';
import type {
  FromShell,
  ProcessResult,
  ProcessStart,
  ShellCommand,
  ShellOutcome,
} from './shell-protocol.ts';

const EXTENSION = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
const ENTRY = new URL(`./shell-worker.${EXTENSION}`, import.meta.url);
const MEBIBYTES = 512;

/** The shell of a sandbox: a thread that runs one command at a time, for whichever container. */
export interface Shell {
  /**
   * Runs a command; `runProcess` runs Python for it. Undefined when real time or memory ran out; the thread is replaced
   * then.
   * @throws SandboxError when just-bash is not installed.
   */
  run(
    command: ShellCommand,
    runProcess: (start: ProcessStart) => Promise<ProcessResult>,
  ): Promise<ShellOutcome | undefined>;
  dispose(): Promise<void>;
}

export interface ShellOptions {
  /** Real milliseconds a command may run without starting a process. */
  readonly watchdog: number;
  readonly startTimer: StartTimer;
}

interface Running {
  readonly runProcess: (start: ProcessStart) => Promise<ProcessResult>;
  readonly resolve: (outcome: ShellOutcome | undefined) => void;
  readonly reject: (error: unknown) => void;
}

/** Makes a shell. Nothing is loaded before its first command. */
export function createShell(options: ShellOptions): Shell {
  let worker: Worker | undefined;
  let running: Running | undefined;
  let stopWatch: (() => void) | undefined;
  let last: Promise<unknown> = Promise.resolve();
  let disposed = false;

  const watch = (): void => {
    stopWatch?.();
    stopWatch = options.startTimer(options.watchdog, () => replace(undefined));
  };
  const settle = (how: (running: Running) => void): void => {
    stopWatch?.();
    const ended = running;
    running = undefined;
    worker?.unref();
    if (ended) how(ended);
  };
  /** Ends the thread; the next command gets a new one. */
  const replace = (error: unknown): void => {
    void worker?.terminate();
    worker = undefined;
    settle(({ resolve, reject }) => (error === undefined ? resolve(undefined) : reject(error)));
  };
  const receive = (from: Worker, message: FromShell): void => {
    if (from !== worker) return;
    switch (message.kind) {
      case 'ready':
        if (running) watch();
        return;
      case 'process':
        stopWatch?.();
        running?.runProcess(message).then(
          (result) => {
            if (from !== worker) return;
            watch();
            from.postMessage(result, []);
          },
          (error: unknown) => replace(error),
        );
        return;
      case 'done':
        settle(({ resolve }) => resolve(message));
        return;
      case 'failed':
        replace(new SandboxError('bash.unavailable', `The shell failed: ${message.message}`));
    }
  };
  const start = (): Worker => {
    const started = new Worker(ENTRY, {
      env: {},
      argv: [],
      execArgv: [],
      stdin: false,
      stdout: true,
      stderr: true,
      name: 'callsheet bash',
      resourceLimits: { maxOldGenerationSizeMb: MEBIBYTES },
    });
    started.on('message', (message: FromShell) => receive(started, message));
    // Out of memory, most likely: the command's own doing.
    started.on('error', () => started === worker && replace(undefined));
    return started;
  };

  return {
    run: (command, runProcess) => {
      const result = last.then(async () => {
        await requireJustBash();
        if (disposed) {
          throw new SandboxError(
            'sandbox.disposed',
            'The sandbox was disposed of while a command waited.',
          );
        }
        return new Promise<ShellOutcome | undefined>((resolve, reject) => {
          const fresh = worker === undefined;
          worker ??= start();
          running = { runProcess, resolve, reject };
          worker.ref();
          worker.postMessage(command, []);
          if (!fresh) watch();
        });
      });
      last = result.catch(() => {});
      return result;
    },
    dispose: async () => {
      disposed = true;
      const ending = worker;
      replace(
        new SandboxError('sandbox.disposed', 'The sandbox was disposed of while a command ran.'),
      );
      await ending?.terminate();
    },
  };
}

async function requireJustBash(): Promise<void> {
  try {
    createRequire(import.meta.url).resolve('just-bash');
  } catch (error) {
    throw new SandboxError(
      'bash.unavailable',
      'Bash commands run in just-bash, which is not installed. Add it beside callsheet: npm install --save-dev just-bash',
      { cause: error },
    );
  }
}
