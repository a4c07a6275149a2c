import { Buffer } from 'node:buffer';
import type { IFileSystem } from 'just-bash';
import {
  addLink,
  addNode,
  FileError,
  type FileNode,
  type FileTree,
  findNode,
  isDirectory,
  isLink,
  isRegular,
  makeDirectory,
  moveNode,
  normalisePath,
  place,
  readBytes,
  realPath,
  removeNode,
  sizeOf,
  writeBytes,
} from '../files/file-tree.ts';

/** How much there is to read of an endless device. */
const DEVICE_BYTES = 1 << 16;
/** Emscripten has no such device; in the shell it is there. */
const ZERO = '/dev/zero';

/** The file system of just-bash over a container's files. `random` fills what is read from `/dev/urandom`. */
export function shellFiles(tree: FileTree, random: (target: Uint8Array) => void): IFileSystem {
  const find = (path: string, follow = true): FileNode | undefined =>
    findNode(tree, path, follow) ?? (path === ZERO ? zeroDevice() : undefined);
  const existing = (operation: string, path: string, follow = true): FileNode => {
    const node = find(path, follow);
    if (!node) throw new FileError('ENOENT', operation, path);
    return node;
  };
  const read = (path: string): Uint8Array => {
    const device = /^\/dev\/(zero|u?random)$/.exec(path)?.[1];
    if (!device) return readBytes(tree, path);
    const bytes = new Uint8Array(DEVICE_BYTES);
    if (device !== 'zero') random(bytes);
    return bytes;
  };
  const copy = (from: string, to: string, recursive: boolean): void => {
    const source = existing('cp', from);
    if (!isDirectory(source)) {
      writeBytes(tree, to, read(from).slice());
      existing('cp', to).mode = source.mode;
      return;
    }
    if (!recursive) throw new FileError('EISDIR', 'cp', from);
    if (!findNode(tree, to)) makeDirectory(tree, to);
    for (const name of Object.keys(source.children)) copy(`${from}/${name}`, `${to}/${name}`, true);
  };

  return {
    readFile: async (path, options) => Buffer.from(read(path)).toString(encodingOf(options)),
    readFileBuffer: async (path) => Uint8Array.from(read(path)),
    writeFile: async (path, content, options) => writeBytes(tree, path, encode(content, options)),
    appendFile: async (path, content, options) => {
      const before = findNode(tree, path) ? readBytes(tree, path) : new Uint8Array();
      writeBytes(tree, path, Uint8Array.from(Buffer.concat([before, encode(content, options)])));
    },
    exists: async (path) => find(path) !== undefined,
    stat: async (path) => statOf(existing('stat', path)),
    lstat: async (path) => statOf(existing('lstat', path, false)),
    mkdir: async (path, options) => makeDirectory(tree, path, options?.recursive),
    readdir: async (path) => {
      const node = existing('scandir', path);
      if (!isDirectory(node)) throw new FileError('ENOTDIR', 'scandir', path);
      return Object.keys(node.children).toSorted();
    },
    rm: async (path, options) => {
      const node = findNode(tree, path, false);
      if (!node && options?.force) return;
      if (
        node &&
        isDirectory(node) &&
        !options?.recursive &&
        Object.keys(node.children).length > 0
      ) {
        throw new FileError('ENOTEMPTY', 'rm', path);
      }
      removeNode(tree, path, options?.recursive ?? false);
    },
    cp: async (from, to, options) => copy(from, to, options?.recursive ?? false),
    mv: async (from, to) => moveNode(tree, from, to),
    resolvePath: normalisePath,
    getAllPaths: () => pathsBelow(tree.root, ''),
    chmod: async (path, mode) => {
      const node = existing('chmod', path);
      node.mode = (node.mode & 0o170000) | (mode & 0o7777);
      node.ctime = tree.now();
    },
    symlink: async (target, path) => addLink(tree, target, path),
    link: async (from, to) => {
      // The container's file system has no hard links; a copy is the nearest thing.
      const source = existing('link', from);
      const { node, parent, name } = place(tree, 'link', to, false);
      if (node) throw new FileError('EEXIST', 'link', to);
      addNode(tree, parent, name, { mode: source.mode, bytes: read(from).slice() });
    },
    readlink: async (path) => {
      const node = existing('readlink', path, false);
      if (!isLink(node)) throw new FileError('EINVAL', 'readlink', path);
      return node.target;
    },
    realpath: async (path) => realPath(tree, path),
    utimes: async (path, atime, mtime) => {
      const node = existing('utimes', path);
      node.atime = atime.getTime();
      node.mtime = mtime.getTime();
    },
  };
}

function zeroDevice(): FileNode {
  return { inode: 0, mode: 0o020666, atime: 0, mtime: 0, ctime: 0, device: 0 };
}

type Options = Parameters<IFileSystem['readFile']>[1];

function encodingOf(options: Options): BufferEncoding {
  const encoding = typeof options === 'string' ? options : options?.encoding;
  return encoding ?? 'utf8';
}

function encode(content: string | Uint8Array, options: Options): Uint8Array {
  return typeof content === 'string'
    ? Uint8Array.from(Buffer.from(content, encodingOf(options)))
    : Uint8Array.from(content);
}

function statOf(node: FileNode): Awaited<ReturnType<IFileSystem['stat']>> {
  return {
    isFile: !isDirectory(node) && !isLink(node),
    isDirectory: isDirectory(node),
    isSymbolicLink: isLink(node),
    mode: node.mode & 0o7777,
    size: isRegular(node) || isLink(node) || isDirectory(node) ? sizeOf(node) : 0,
    mtime: new Date(node.mtime),
    ino: node.inode,
    dev: 1,
  };
}

function pathsBelow(node: FileNode, path: string): string[] {
  const below = isDirectory(node)
    ? Object.entries(node.children).flatMap(([name, child]) => pathsBelow(child, `${path}/${name}`))
    : [];
  return [path || '/', ...below];
}
