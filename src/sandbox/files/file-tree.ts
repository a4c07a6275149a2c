import type { AnyEntry, DirectoryEntry } from '../file-image.ts';

/**
 * The files of a container outside its interpreter: what the shell and the text editor work on. Cut from a container's
 * image and put back into it. Absolute paths only; symbolic links are followed as Linux does.
 */
export interface FileTree {
  readonly root: FileNode;
  /** The number the next new file gets. */
  nextInode: number;
  /** Wall-clock time in milliseconds since 1970. */
  readonly now: () => number;
}

/** A file, directory, link or device. Which one it is shows in its mode. */
export interface FileNode {
  inode: number;
  mode: number;
  atime: number;
  mtime: number;
  ctime: number;
  children?: Record<string, FileNode>;
  bytes?: Uint8Array;
  target?: string;
  device?: number;
  /** A file of the installation: what is in it does not travel. */
  fixed?: true;
}

/** What can go wrong with a path, as Linux names it. */
export type FileErrorCode =
  | 'EEXIST'
  | 'EINVAL'
  | 'EISDIR'
  | 'ELOOP'
  | 'ENOENT'
  | 'ENOTDIR'
  | 'ENOTEMPTY'
  | 'EPERM';

const MESSAGES: Readonly<Record<FileErrorCode, string>> = {
  EEXIST: 'file already exists',
  EINVAL: 'invalid argument',
  EISDIR: 'illegal operation on a directory',
  ELOOP: 'too many symbolic links',
  ENOENT: 'no such file or directory',
  ENOTDIR: 'not a directory',
  ENOTEMPTY: 'directory not empty',
  EPERM: 'operation not permitted',
};

/** An operation on a path failed. The message has the form of Node's, which just-bash reads. */
export class FileError extends Error {
  override readonly name = 'FileError';
  readonly code: FileErrorCode;

  constructor(code: FileErrorCode, operation: string, path: string) {
    super(`${code}: ${MESSAGES[code]}, ${operation} '${path}'`);
    this.code = code;
  }
}

const KIND = 0o170000;
const DIRECTORY = 0o040000;
const REGULAR = 0o100000;
const LINK = 0o120000;
const MAX_LINKS = 40;

export function isDirectory(
  node: FileNode,
): node is FileNode & { children: Record<string, FileNode> } {
  return (node.mode & KIND) === DIRECTORY;
}

export function isLink(node: FileNode): node is FileNode & { target: string } {
  return (node.mode & KIND) === LINK;
}

export function isRegular(node: FileNode): boolean {
  return (node.mode & KIND) === REGULAR;
}

/** Length of what is in a node, in bytes, as `stat` tells it. */
export function sizeOf(node: FileNode): number {
  if (isDirectory(node)) return 4096;
  return isLink(node) ? node.target.length : (node.bytes?.length ?? 0);
}

/** Makes an absolute path without `.`, `..` and doubled slashes. */
export function normalisePath(base: string, path: string): string {
  const parts: string[] = [];
  for (const part of (path.startsWith('/') ? path : `${base}/${path}`).split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  return `/${parts.join('/')}`;
}

/** The node at `path`, or undefined. `follow`: whether a link at the very end is followed. Default: true. */
export function findNode(tree: FileTree, path: string, follow = true): FileNode | undefined {
  return walk(tree, path, follow)?.node;
}

/** The path of the node without any link in it. */
export function realPath(tree: FileTree, path: string): string {
  const found = walk(tree, path, true);
  if (!found?.node) throw new FileError('ENOENT', 'realpath', path);
  return found.path;
}

interface Found {
  readonly node: FileNode | undefined;
  /** Where it is or would be. */
  readonly path: string;
  readonly parent: FileNode;
  readonly name: string;
}

/** Undefined when a directory on the way is missing. */
function walk(tree: FileTree, path: string, follow: boolean): Found | undefined {
  let parts = normalisePath('/', path).split('/').filter(Boolean);
  let stack: FileNode[] = [tree.root];
  let names: string[] = [];
  for (let links = 0; parts.length > 0;) {
    const [part = '', ...rest] = parts;
    if (part === '..') {
      if (stack.length > 1) stack = stack.slice(0, -1);
      names = names.slice(0, -1);
      parts = rest;
      continue;
    }
    const parent = stack.at(-1) ?? tree.root;
    if (!isDirectory(parent)) return undefined;
    const node = Object.hasOwn(parent.children, part) ? parent.children[part] : undefined;
    const last = rest.length === 0;
    if (node && isLink(node) && (!last || follow)) {
      if (++links > MAX_LINKS) throw new FileError('ELOOP', 'open', path);
      if (node.target.startsWith('/')) {
        stack = [tree.root];
        names = [];
      }
      parts = [...node.target.split('/').filter((it) => it !== '' && it !== '.'), ...rest];
      continue;
    }
    if (last) return { node, path: `/${[...names, part].join('/')}`, parent, name: part };
    if (!node) return undefined;
    stack = [...stack, node];
    names = [...names, part];
    parts = rest;
  }
  const node = stack.at(-1) ?? tree.root;
  return {
    node,
    path: `/${names.join('/')}`,
    parent: stack.at(-2) ?? tree.root,
    name: names.at(-1) ?? '',
  };
}

/** Where a node is or is to be made; throws when its directory is missing. */
export function place(tree: FileTree, operation: string, path: string, follow = true): Found {
  const found = walk(tree, path, follow);
  if (found) return found;
  const parent = findNode(tree, normalisePath(path, '..'));
  throw new FileError(parent && !isDirectory(parent) ? 'ENOTDIR' : 'ENOENT', operation, path);
}

/** The bytes of the file at `path`. Not a copy. */
export function readBytes(tree: FileTree, path: string): Uint8Array {
  const node = findNode(tree, path);
  if (!node) throw new FileError('ENOENT', 'open', path);
  if (isDirectory(node)) throw new FileError('EISDIR', 'read', path);
  return node.bytes ?? new Uint8Array();
}

/** Puts `bytes` into the file at `path`, which is made when it is not there. */
export function writeBytes(tree: FileTree, path: string, bytes: Uint8Array): void {
  const { node, parent, name } = place(tree, 'open', path);
  if (!node) {
    addNode(tree, parent, name, { mode: REGULAR | 0o644, bytes });
    return;
  }
  if (isDirectory(node)) throw new FileError('EISDIR', 'open', path);
  if (node.fixed) throw new FileError('EPERM', 'open', path);
  // What is written to a device goes nowhere.
  if (!isRegular(node)) return;
  node.bytes = bytes;
  node.mtime = node.ctime = tree.now();
}

/** Makes a directory, and with `parents` those above it. */
export function makeDirectory(tree: FileTree, path: string, parents = false): void {
  const whole = normalisePath('/', path);
  const above = normalisePath(whole, '..');
  if (parents && whole !== '/' && !findNode(tree, above)) makeDirectory(tree, above, true);
  const { node, parent, name } = place(tree, 'mkdir', whole);
  if (node && isDirectory(node) && parents) return;
  if (node) throw new FileError('EEXIST', 'mkdir', path);
  addNode(tree, parent, name, { mode: DIRECTORY | 0o755, children: {} });
}

/** Adds a node that is not there yet to a directory. */
export function addNode(
  tree: FileTree,
  parent: FileNode,
  name: string,
  content: Pick<FileNode, 'mode'> & Partial<FileNode>,
): FileNode {
  if (!isDirectory(parent)) throw new FileError('ENOTDIR', 'open', name);
  const now = tree.now();
  const node: FileNode = {
    inode: tree.nextInode++,
    atime: now,
    mtime: now,
    ctime: now,
    ...content,
  };
  parent.children[name] = node;
  parent.mtime = parent.ctime = now;
  return node;
}

/** Adds a symbolic link. */
export function addLink(tree: FileTree, target: string, path: string): void {
  const { node, parent, name } = place(tree, 'symlink', path, false);
  if (node) throw new FileError('EEXIST', 'symlink', path);
  addNode(tree, parent, name, { mode: LINK | 0o777, target });
}

/** Takes a node out, with everything in it when `recursive`. */
export function removeNode(tree: FileTree, path: string, recursive: boolean): void {
  const { node, parent, name } = place(tree, 'rm', path, false);
  if (!node) throw new FileError('ENOENT', 'rm', path);
  if (isDirectory(node) && Object.keys(node.children).length > 0 && !recursive) {
    throw new FileError('ENOTEMPTY', 'rm', path);
  }
  if (node === tree.root || node.fixed || !isDirectory(parent))
    throw new FileError('EPERM', 'rm', path);
  delete parent.children[name];
  parent.mtime = parent.ctime = tree.now();
}

/** Moves a node, over what is at `to` as rename(2) does. */
export function moveNode(tree: FileTree, from: string, to: string): void {
  const source = place(tree, 'rename', from, false);
  const goal = place(tree, 'rename', to, false);
  if (!source.node) throw new FileError('ENOENT', 'rename', from);
  if (source.node === goal.node) return;
  if (`${goal.path}/`.startsWith(`${source.path}/`)) throw new FileError('EINVAL', 'rename', from);
  if (goal.node && isDirectory(goal.node)) {
    if (!isDirectory(source.node)) throw new FileError('EISDIR', 'rename', to);
    if (Object.keys(goal.node.children).length > 0) throw new FileError('ENOTEMPTY', 'rename', to);
  }
  if (!isDirectory(source.parent) || !isDirectory(goal.parent) || source.node.fixed) {
    throw new FileError('EPERM', 'rename', from);
  }
  delete source.parent.children[source.name];
  goal.parent.children[goal.name] = source.node;
  source.parent.mtime = goal.parent.mtime = source.node.ctime = tree.now();
}

/** The tree as part of a container's image. */
export function toEntry(node: FileNode): DirectoryEntry {
  const entry = convert(node);
  if (!('children' in entry)) throw new Error('The root of a file tree is a directory.');
  return entry;
}

function convert(node: FileNode): AnyEntry {
  const { inode, mode, atime, mtime, ctime } = node;
  const stamp = { inode, mode, atime, mtime, ctime };
  if (node.fixed) return { ...stamp, fixed: true };
  if (node.children) {
    const entries = Object.entries(node.children).map(([name, child]) => [name, convert(child)]);
    return { ...stamp, children: Object.fromEntries(entries) };
  }
  if (node.target !== undefined) return { ...stamp, target: node.target };
  if (node.bytes) return { ...stamp, bytes: node.bytes };
  return { ...stamp, device: node.device ?? 0 };
}
