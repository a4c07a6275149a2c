import { Buffer } from 'node:buffer';
import type { BashCommand, BashOutcome } from '../../protocol/container-tools.ts';
import {
  filesIn,
  openDirectories,
  outputDirectory,
  WORKING_DIRECTORY,
} from '../files/directories.ts';
import type { ContainerFiles } from '../files/container-files.ts';
import { toEntry } from '../files/file-tree.ts';
import type { Limits } from '../limits.ts';
import { wholeCharacters } from '../output.ts';
import type { PooledContainer } from '../pool.ts';
import type { ProcessResult, ProcessStart } from './shell-protocol.ts';
import type { Shell } from './shell-thread.ts';

const ENVIRONMENT = {
  HOME: '/root',
  LANG: 'C.UTF-8',
  PATH: '/usr/local/bin:/usr/local/sbin:/usr/sbin:/usr/bin:/sbin:/bin',
};
const KILLED = 137;

/** Where a command runs: in which container, and what it takes besides its files. */
export interface CommandContext {
  readonly id: string;
  readonly seed: string;
  readonly limits: Limits;
  /** The sandbox's shell. Loaded with the first command. */
  readonly shell: () => Promise<Shell>;
  /** A container with nothing in it, for one process. */
  readonly startProcess: (seed: string, epoch: number) => PooledContainer;
}

/** Runs a command of the shell on the files of a container. Each Python of it is a process of its own. */
export async function runCommand(
  { id: call, command, at }: BashCommand,
  files: ContainerFiles,
  context: CommandContext,
): Promise<BashOutcome> {
  const { limits } = context;
  const seed = `${context.seed}/bash/${call}`;
  const before = await files.load(at);
  const directories = openDirectories(before, context.seed, call);
  const shell = await context.shell();
  let processes = 0;
  const outcome = await shell.run(
    {
      kind: 'command',
      command,
      environment: { ...ENVIRONMENT, ...directories },
      directory: WORKING_DIRECTORY,
      seed,
      epoch: before.epoch,
      timeLimit: limits.bashTime,
      outputLimit: limits.stdout,
      root: toEntry(before.root),
      nextInode: before.nextInode,
      at,
    },
    (start) => {
      const process = context.startProcess(`${seed}/${++processes}`, before.epoch);
      return runProcess(process, start, context);
    },
  );
  if (!outcome) {
    await files.save(before, at);
    return { ...exceeded('', '', KILLED, at + limits.bashTime), nondeterministic: true };
  }
  const after = { ...before, root: outcome.root, nextInode: outcome.nextInode };
  await files.save(after, outcome.at);
  const stdout = cut(outcome.stdout, limits.stdout);
  const stderr = cut(outcome.stderr, limits.stderr);
  if (outcome.exceeded) return exceeded(stdout, stderr, outcome.returnCode, outcome.at);
  return {
    stdout,
    stderr,
    return_code: outcome.returnCode,
    files: filesIn(after, outputDirectory(context.seed, call)),
    at: outcome.at,
  };
}

/** Runs a Python of a command to its end, on the files that the shell has by then. */
async function runProcess(
  process: PooledContainer,
  { root, nextInode, timeLimit, ...start }: ProcessStart,
  { id, limits }: CommandContext,
): Promise<ProcessResult> {
  try {
    const { stdout, stderr, returnCode, files, at } = await process.step(
      {
        kind: 'execute',
        files: { root, nextInode },
        arguments: start.arguments,
        stdin: start.stdin,
        directory: start.directory,
        environment: start.environment,
        timeLimit: Math.min(timeLimit, limits.bashTime),
        at: start.at,
      },
      `python3 in "${id}"`,
    );
    return {
      kind: 'result',
      stdout,
      stderr,
      returnCode: files ? returnCode : KILLED,
      root: files?.root ?? root,
      nextInode: files?.nextInode ?? nextInode,
      at,
    };
  } finally {
    await process.remove();
  }
}

function exceeded(stdout: string, stderr: string, returnCode: number, at: number): BashOutcome {
  return {
    stdout,
    stderr,
    return_code: returnCode,
    files: [],
    at,
    error_code: 'execution_time_exceeded',
  };
}

/** At most `limit` bytes, without a character cut in two. */
function cut(text: string, limit: number): string {
  if (text.length * 3 <= limit) return text;
  const bytes = Buffer.from(text);
  if (bytes.length <= limit) return text;
  const kept = bytes.subarray(0, limit);
  return kept.subarray(0, wholeCharacters(kept)).toString();
}
