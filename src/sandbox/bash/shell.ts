import { Buffer } from 'node:buffer';
import { Bash, type ExecResult, latin1FromBytes, stdoutAsBytes } from 'just-bash';
import { FileError, type FileTree, toEntry } from '../files/file-tree.ts';
import { fillRandom, type RandomState, seedRandom } from '../random-stream.ts';
import { longListing } from './commands/long-listing.ts';
import { machineCommands } from './commands/machine.ts';
import { pythonCommands } from './commands/python.ts';
import { diffCommand } from './commands/diff.ts';
import { nameCommands } from './commands/names.ts';
import { pasteCommand } from './commands/paste.ts';
import { textCommands } from './commands/text.ts';
import { createDeadlines, timeoutCommand } from './commands/timeout.ts';
import { shellFiles } from './shell-files.ts';
import type { ProcessResult, ProcessStart, ShellCommand, ShellOutcome } from './shell-protocol.ts';
import type { VirtualRealm } from './virtual-realm.ts';

/** What a command may do before it is ended; real commands of that kind would run into a time limit. */
const LIMITS = {
  maxCommandCount: 20_000,
  maxLoopIterations: 20_000,
  maxStringLength: 32 * 1024 * 1024,
  maxLiveBytes: 256 * 1024 * 1024,
};
/** just-bash ends a command that passed one of its limits with this in stderr. */
const EXCEEDED = /^(?:bash: )?.*\bincrease executionLimits\.\w+\n?$/m;
/** … and one that was aborted with this. */
const ABORTED = /^bash: execution aborted\n?$/m;

/**
 * Runs one command. `runProcess` runs Python on the command's files.
 *
 * Nothing of one command is left for the next but the files: no variables, no working directory.
 */
export async function runCommand(
  start: ShellCommand,
  realm: VirtualRealm,
  runProcess: (start: ProcessStart) => Promise<ProcessResult>,
): Promise<ShellOutcome> {
  realm.epoch = start.epoch;
  realm.now = start.at;
  realm.random = seedRandom(start.seed);
  // The root moves: a process hands back a new one.
  const tree: Mutable<FileTree> = {
    root: start.root,
    nextInode: start.nextInode,
    now: () => Math.floor(realm.epoch + realm.now),
  };
  const deadlines = createDeadlines(realm, start.timeLimit);
  const shell = new Bash({
    fs: shellFiles(tree, (target) => fillRandom(realm.random, target)),
    cwd: start.directory,
    env: { ...start.environment, PWD: start.directory },
    processInfo: { pid: 100, ppid: 1, uid: 0, gid: 0 },
    executionLimits: { ...LIMITS, maxOutputSize: 2 * start.outputLimit },
    sleep: (milliseconds) => deadlines.sleep(milliseconds),
    // It guards the host's globals, which this thread has none of worth guarding, and would take our own away.
    defenseInDepth: false,
    customCommands: [
      longListing(tree.now),
      timeoutCommand(deadlines),
      ...machineCommands(),
      ...nameCommands(),
      diffCommand(),
      pasteCommand(),
      ...textCommands((below) => randomBelow(realm.random, below)),
      ...pythonCommands(async (process) => {
        const { root, nextInode } = tree;
        const result = await runProcess({
          kind: 'process',
          ...process,
          root: toEntry(root),
          nextInode,
          at: Math.floor(realm.now),
          timeLimit: deadlines.remaining(),
        });
        tree.root = result.root;
        tree.nextInode = result.nextInode;
        realm.now = Math.max(realm.now, result.at);
        deadlines.check();
        return result;
      }),
    ],
  });
  const options = { rawScript: true, signal: deadlines.signal };
  const result = await shell.exec(start.command, options).catch(failure);
  const exceeded = deadlines.passed() || EXCEEDED.test(result.stderr);
  return {
    kind: 'done',
    stdout: Buffer.from(latin1FromBytes(stdoutAsBytes(result)), 'latin1').toString(),
    stderr: result.stderr
      .replace(EXCEEDED, '')
      .replace(deadlines.passed() ? ABORTED : EXCEEDED, ''),
    returnCode: result.exitCode,
    exceeded,
    root: toEntry(tree.root),
    nextInode: tree.nextInode,
    at: Math.floor(realm.now),
  };
}

/** just-bash lets some errors of files through, such as those of a redirection. The command ends with them. */
function failure(error: unknown): ExecResult {
  if (!(error instanceof FileError)) throw error;
  return { stdout: '', stderr: `bash: ${error.message}\n`, exitCode: 1 };
}

function randomBelow(state: RandomState, below: number): number {
  const bytes = new Uint8Array(4);
  fillRandom(state, bytes);
  return new DataView(bytes.buffer).getUint32(0, true) % below;
}

type Mutable<T> = { -readonly [Name in keyof T]: T[Name] };
