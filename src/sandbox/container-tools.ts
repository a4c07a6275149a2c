import type { TextEditorResult } from '../protocol/command-results.ts';
import type {
  BashCommand,
  BashOutcome,
  ContainerFile,
  TextEditorCommand,
} from '../protocol/container-tools.ts';
import { type CommandContext, runCommand } from './bash/run-command.ts';
import {
  filesIn,
  inputDirectory,
  openDirectories,
  outputDirectory,
  WORKING_DIRECTORY,
} from './files/directories.ts';
import { openFiles } from './files/container-files.ts';
import { findNode, isDirectory, normalisePath, readBytes, writeBytes } from './files/file-tree.ts';
import type { PooledContainer } from './pool.ts';
import { SandboxError } from './sandbox-error.ts';
import { editFile } from './text-editor/edit-file.ts';
import { conflictResult, findConflicts } from './text-editor/parallel.ts';

export interface ContainerToolsContext extends CommandContext {
  readonly pooled: PooledContainer;
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

export function createContainerTools(context: ContainerToolsContext): ContainerTools {
  const { id, seed, pooled } = context;
  const files = openFiles(id, pooled);
  const within = (path: string): string => normalisePath(inputDirectory(seed), path);

  return {
    bash: (command) => runCommand(command, files, context),
    edit: async (commands, at) => {
      const tree = await files.load(at);
      const environment = openDirectories(tree, seed);
      const conflicts = findConflicts(commands);
      const results = commands.map((command, i) =>
        conflicts.has(i)
          ? conflictResult(command)
          : editFile(tree, command, { environment, directory: WORKING_DIRECTORY }),
      );
      if (commands.some(({ command }) => command !== 'view')) await files.save(tree, at);
      return results;
    },
    write: async (path, bytes, at) => {
      const tree = await files.load(at);
      openDirectories(tree, seed);
      writeBytes(tree, within(path), Uint8Array.from(bytes));
      await files.save(tree, at);
    },
    read: async (path) => {
      const tree = await files.load(0);
      if (!findNode(tree, within(path))) throw missing(id, within(path));
      return readBytes(tree, within(path)).slice();
    },
    list: async (path) => {
      const tree = await files.load(0);
      const node = findNode(tree, within(path));
      if (path === '.' && !node) return [];
      if (!node || !isDirectory(node)) throw missing(id, within(path));
      return Object.keys(node.children).toSorted();
    },
    openOutput: async (call, at) => {
      const tree = await files.load(at);
      const environment = openDirectories(tree, seed, call);
      await files.save(tree, at);
      return environment;
    },
    collectOutput: async (call) => filesIn(await files.load(0), outputDirectory(seed, call)),
  };
}

function missing(id: string, path: string): SandboxError {
  return new SandboxError('file.missing', `Container "${id}" has no file "${path}".`);
}
