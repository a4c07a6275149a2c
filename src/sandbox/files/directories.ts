import { createHash } from 'node:crypto';
import type { ContainerFile } from '../../protocol/container-tools.ts';
import {
  type FileTree,
  findNode,
  isDirectory,
  isRegular,
  makeDirectory,
  readBytes,
} from './file-tree.ts';

/** Where a container's processes start, and where relative paths of the text editor do. */
export const WORKING_DIRECTORY = '/tmp';

/** The folder of uploaded files of a container: `$INPUT_DIR`. */
export function inputDirectory(seed: string): string {
  return `/files/input/${digits(`${seed}/input`)}`;
}

/** The folder whose files one call hands over: `$OUTPUT_DIR`. Every call has its own. */
export function outputDirectory(seed: string, call: string): string {
  return `/files/output/${digits(`${seed}/output/${call}`)}`;
}

/** 16 hexadecimal digits, as in the paths of the real sandbox. */
function digits(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}

/** The environment of a process besides what every process has, and the folders it names, made. */
export function openDirectories(
  tree: FileTree,
  seed: string,
  call?: string,
): Readonly<Record<string, string>> {
  const input = inputDirectory(seed);
  makeDirectory(tree, input, true);
  if (call === undefined) return { INPUT_DIR: input };
  const output = outputDirectory(seed, call);
  makeDirectory(tree, output, true);
  return { INPUT_DIR: input, OUTPUT_DIR: output };
}

/** The files directly in a folder, by name; folders and links in it are left out. Empty when it is gone. */
export function filesIn(tree: FileTree, path: string): ContainerFile[] {
  const node = findNode(tree, path);
  if (!node || !isDirectory(node)) return [];
  return Object.entries(node.children)
    .filter(([, child]) => isRegular(child))
    .map(([name]) => ({ name, bytes: readBytes(tree, `${path}/${name}`).slice() }))
    .toSorted((a, b) => (a.name < b.name ? -1 : 1));
}
