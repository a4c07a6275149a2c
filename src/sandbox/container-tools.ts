import { Buffer } from 'node:buffer';
import type { TextEditorResult } from '../protocol/command-results.ts';
import type {
  BashCommand,
  BashOutcome,
  ContainerFile,
  TextEditorCommand,
} from '../protocol/container-tools.ts';
import type { Shell } from './bash/shell-thread.ts';
import type { ProcessResult, ProcessStart } from './bash/shell-protocol.ts';
import {
  filesIn,
  inputDirectory,
  openDirectories,
  outputDirectory,
  WORKING_DIRECTORY,
} from './files/directories.ts';
import {
  type FileTree,
  findNode,
  isDirectory,
  normalisePath,
  readBytes,
  toEntry,
  writeBytes,
} from './files/file-tree.ts';
import type { Limits } from './limits.ts';
import { wholeCharacters } from './output.ts';
import type { PooledContainer } from './pool.ts';
import { SandboxError } from './sandbox-error.ts';
import { editFile } from './text-editor/edit-file.ts';
import { conflictResult, findConflicts } from './text-editor/parallel.ts';

const ENVIRONMENT = {
  HOME: '/root',
  LANG: 'C.UTF-8',
  PATH: '/usr/local/bin:/usr/local/sbin:/usr/sbin:/usr/bin:/sbin:/bin',
};
const KILLED = 137;

export interface ContainerToolsContext {
  readonly id: string;
  readonly seed: string;
  readonly limits: Limits;
  readonly pooled: PooledContainer;
  /** The sandbox's shell. Loaded with the first command. */
  readonly shell: () => Promise<Shell>;
  /** A container with nothing in it, for one process. */
  readonly startProcess: (seed: string, epoch: number) => PooledContainer;
}

/** Everything a container does with its files beside running cells. One thing at a time: the container sees to that. */
export interface ContainerTools {
  bash(command: BashCommand): Promise<BashOutcome>;
  edit(commands: readonly TextEditorCommand[], at: number): Promise<TextEditorResult[]>;
  write(path: string, bytes: Uint8Array, at: number): Promise<void>;
  read(path: string): Promise<Uint8Array>;
  list(path: string): Promise<string[]>;
  /** Makes the folder for the files of a cell; returns what its environment gets. */
  openOutput(call: string, at: number): Promise<Readonly<Record<string, string>>>;
  /** The files in it. */
  collectOutput(call: string): Promise<ContainerFile[]>;
}

type Disk = FileTree & { readonly epoch: number };

export function createContainerTools(context: ContainerToolsContext): ContainerTools {
  const { id, seed, limits, pooled } = context;
  const input = inputDirectory(seed);

  const load = async (at: number): Promise<Disk> => {
    const { files, epoch = 0 } = await pooled.step({ kind: 'read', at }, `files of "${id}"`);
    if (!files) throw new Error('A worker answered without the files it was asked for.');
    return { root: files.root, nextInode: files.nextInode, now: () => epoch + at, epoch };
  };
  const save = async ({ root, nextInode }: FileTree, at: number): Promise<void> => {
    const files = { root: toEntry(root), nextInode };
    await pooled.step({ kind: 'write', files, at }, `files of "${id}"`);
  };
  const within = (path: string): string => normalisePath(input, path);

  const runProcess = async (
    start: ProcessStart,
    processSeed: string,
    epoch: number,
  ): Promise<ProcessResult> => {
    const { root, nextInode, at, timeLimit, stdin, directory, environment } = start;
    const process = context.startProcess(processSeed, epoch);
    try {
      const outcome = await process.step(
        {
          kind: 'execute',
          files: { root, nextInode },
          arguments: start.arguments,
          stdin,
          directory,
          environment,
          timeLimit: Math.min(timeLimit, limits.bashTime),
          at,
        },
        `python3 in "${id}"`,
      );
      const { stdout, stderr, returnCode } = outcome;
      return {
        kind: 'result',
        stdout,
        stderr,
        returnCode: outcome.files ? returnCode : KILLED,
        root: outcome.files?.root ?? root,
        nextInode: outcome.files?.nextInode ?? nextInode,
        at: outcome.at,
      };
    } finally {
      await process.remove();
    }
  };

  return {
    bash: async ({ id: call, command, at }) => {
      const disk = await load(at);
      const directories = openDirectories(disk, seed, call);
      const shell = await context.shell();
      let processes = 0;
      const outcome = await shell.run(
        {
          kind: 'command',
          command,
          environment: { ...ENVIRONMENT, ...directories },
          directory: WORKING_DIRECTORY,
          seed: `${seed}/bash/${call}`,
          epoch: disk.epoch,
          timeLimit: limits.bashTime,
          outputLimit: limits.stdout,
          root: toEntry(disk.root),
          nextInode: disk.nextInode,
          at,
        },
        (start) => runProcess(start, `${seed}/bash/${call}/${++processes}`, disk.epoch),
      );
      if (!outcome) {
        await save(disk, at);
        return { ...ended('', '', KILLED, at + limits.bashTime), nondeterministic: true };
      }
      const after = { ...disk, root: outcome.root, nextInode: outcome.nextInode };
      await save(after, outcome.at);
      const stdout = cut(outcome.stdout, limits.stdout);
      const stderr = cut(outcome.stderr, limits.stderr);
      if (outcome.exceeded) return ended(stdout, stderr, outcome.returnCode, outcome.at);
      return {
        stdout,
        stderr,
        return_code: outcome.returnCode,
        files: filesIn(after, outputDirectory(seed, call)),
        at: outcome.at,
      };
    },
    edit: async (commands, at) => {
      const disk = await load(at);
      const environment = openDirectories(disk, seed);
      const conflicts = findConflicts(commands);
      const results = commands.map((command, i) =>
        conflicts.has(i)
          ? conflictResult(command)
          : editFile(disk, command, { environment, directory: WORKING_DIRECTORY }),
      );
      if (commands.some(({ command }) => command !== 'view')) await save(disk, at);
      return results;
    },
    write: async (path, bytes, at) => {
      const disk = await load(at);
      openDirectories(disk, seed);
      writeBytes(disk, within(path), Uint8Array.from(bytes));
      await save(disk, at);
    },
    read: async (path) => {
      const disk = await load(0);
      if (!findNode(disk, within(path))) throw missing(id, within(path));
      return readBytes(disk, within(path)).slice();
    },
    list: async (path) => {
      const disk = await load(0);
      const node = findNode(disk, within(path));
      if (path === '.' && !node) return [];
      if (!node || !isDirectory(node)) throw missing(id, within(path));
      return Object.keys(node.children).toSorted();
    },
    openOutput: async (call, at) => {
      const disk = await load(at);
      const environment = openDirectories(disk, seed, call);
      await save(disk, at);
      return environment;
    },
    collectOutput: async (call) => filesIn(await load(0), outputDirectory(seed, call)),
  };
}

function ended(stdout: string, stderr: string, returnCode: number, at: number): BashOutcome {
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

function missing(id: string, path: string): SandboxError {
  return new SandboxError('file.missing', `Container "${id}" has no file "${path}".`);
}
