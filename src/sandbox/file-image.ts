import { Buffer } from 'node:buffer';
import type { FileNode, FileStream, PythonModule } from './python-module.ts';

/** The files of a container and what it has open. Plain data: crosses threads as it is. */
export interface FileImage {
  readonly root: DirectoryEntry;
  readonly open: readonly OpenFile[];
  readonly directory: string;
  /** The next inode number, so that `os.stat` answers the same wherever the container runs. */
  readonly nextInode: number;
}

export interface Entry {
  readonly inode: number;
  readonly mode: number;
  readonly atime: number;
  readonly mtime: number;
  readonly ctime: number;
}
export interface DirectoryEntry extends Entry {
  readonly children: Readonly<Record<string, AnyEntry>>;
}
export interface RegularEntry extends Entry {
  readonly bytes: Uint8Array;
}
export interface LinkEntry extends Entry {
  readonly target: string;
}
export interface DeviceEntry extends Entry {
  readonly device: number;
}
/** A file of the installation in its place: its contents need no copy. */
export interface FixedEntry extends Entry {
  readonly fixed: true;
}
export type AnyEntry = DirectoryEntry | RegularEntry | LinkEntry | DeviceEntry | FixedEntry;

export interface OpenFile {
  readonly fd: number;
  /** The descriptor of the same open file that comes first, when this one is a duplicate. */
  readonly duplicates?: number | undefined;
  /** One of the three standard streams. */
  readonly standard?: number | undefined;
  /** Empty when the file has no name any more. */
  readonly path: string;
  readonly unlinked?: RegularEntry | undefined;
  readonly flags: number;
  readonly position: number;
}

/** The standard streams as they were made at boot, and by path the files whose contents nothing can change. */
export interface FileBase {
  readonly standard: readonly FileStream[];
  readonly fixed: ReadonlyMap<string, FileNode>;
  /** The same files. */
  readonly nodes: ReadonlySet<FileNode>;
}

// What open(2) does once and must not do again: O_CREAT, O_EXCL, O_NOCTTY, O_TRUNC.
const ONCE = 0o3700;
const KIND = 0o170000;

/** Saves the file system, except mounts, which hold nothing of a container's own. */
export function captureFiles(python: PythonModule, base: FileBase): FileImage {
  const { FS } = python;
  const captureDirectory = (node: FileNode, path: string): DirectoryEntry => {
    const children: Record<string, AnyEntry> = {};
    for (const [name, child] of Object.entries(directory(node))) {
      if (!child.mounted) children[name] = capture(child, `${path}/${name}`);
    }
    return { ...stampOf(node), children };
  };
  const capture = (node: FileNode, path: string): AnyEntry => {
    const entry = stampOf(node);
    if (base.fixed.get(path) === node) return { ...entry, fixed: true };
    if (FS.isDir(node.mode)) return captureDirectory(node, path);
    if (FS.isLink(node.mode)) return { ...entry, target: node.link };
    if (FS.isFile(node.mode)) return { ...entry, bytes: bytesOf(node).slice() };
    return { ...entry, device: node.rdev };
  };
  return {
    root: captureDirectory(FS.root, ''),
    open: captureOpenFiles(python, base),
    directory: FS.cwd(),
    nextInode: FS.nextInode,
  };
}

function captureOpenFiles(python: PythonModule, base: FileBase): OpenFile[] {
  const first = new Map<unknown, number>();
  const open: OpenFile[] = [];
  python.FS.streams.forEach((stream, fd) => {
    // Pipes live in JavaScript and end when their container is moved.
    if (!stream || stream.node.pipe) return;
    const standard = base.standard.findIndex((other) => other.shared === stream.shared);
    const known = first.get(stream.shared);
    if (known === undefined) first.set(stream.shared, fd);
    const linked = isLinked(python, stream.node);
    open.push({
      fd,
      duplicates: known,
      standard: standard < 0 ? undefined : standard,
      path: linked ? python.FS.getPath(stream.node) : '',
      unlinked: linked
        ? undefined
        : { ...stampOf(stream.node), bytes: bytesOf(stream.node).slice() },
      flags: stream.flags,
      position: stream.position,
    });
  });
  return open;
}

/** Makes the file system what it was when `image` was captured, in this worker or another. */
export function restoreFiles(python: PythonModule, base: FileBase, image: FileImage): void {
  const { FS } = python;
  FS.streams.length = 0;
  FS.currentPath = '/';
  restoreDirectory(python, base, FS.root, '', image.root);
  for (const file of image.open) reopen(python, base, file);
  FS.chdir(image.directory);
  FS.nextInode = image.nextInode;
}

function restoreDirectory(
  python: PythonModule,
  base: FileBase,
  node: FileNode,
  path: string,
  image: DirectoryEntry,
): void {
  for (const [name, child] of Object.entries(directory(node))) {
    if (child.mounted) continue;
    const wanted = image.children[name];
    if (base.nodes.has(child)) {
      if (!wanted || base.fixed.get(`${path}/${name}`) !== child) detach(python, node, name);
      continue;
    }
    if (!wanted || wanted.inode !== child.id || (wanted.mode & KIND) !== (child.mode & KIND)) {
      remove(python, child, `${path}/${name}`);
    }
  }
  for (const [name, wanted] of Object.entries(image.children)) {
    restoreEntry(python, base, node, name, `${path}/${name}`, wanted);
  }
  keepOrder(directory(node), Object.keys(image.children));
  stamp(node, image);
}

/** `os.listdir` shows the order in which entries were made. */
function keepOrder(entries: Record<string, FileNode>, names: readonly string[]): void {
  const present = Object.keys(entries).filter((name) => !entries[name]?.mounted);
  if (present.every((name, i) => name === names[i])) return;
  for (const name of names) {
    const entry = entries[name];
    if (!entry) continue;
    delete entries[name];
    entries[name] = entry;
  }
}

function restoreEntry(
  python: PythonModule,
  base: FileBase,
  parent: FileNode,
  name: string,
  path: string,
  wanted: AnyEntry,
): void {
  const { FS } = python;
  let node = directory(parent)[name];
  if ('fixed' in wanted) {
    const fixed = base.fixed.get(path);
    if (fixed && node !== fixed) attach(python, fixed, parent, name);
    return;
  }
  if (!node) {
    FS.nextInode = wanted.inode;
    if ('children' in wanted) FS.mkdir(path);
    else if ('target' in wanted) FS.symlink(wanted.target, path);
    else FS.mknod(path, wanted.mode, 'device' in wanted ? wanted.device : 0);
    node = FS.lookupPath(path, { follow: false }).node;
  }
  if ('children' in wanted) {
    restoreDirectory(python, base, node, path, wanted);
    return;
  }
  if ('target' in wanted) node.link = wanted.target;
  if ('bytes' in wanted && !sameBytes(bytesOf(node), wanted.bytes)) {
    node.contents = wanted.bytes.slice();
    node.usedBytes = wanted.bytes.length;
  }
  stamp(node, wanted);
}

function reopen(python: PythonModule, base: FileBase, file: OpenFile): void {
  const { FS } = python;
  if (file.duplicates !== undefined) {
    const original = FS.streams[file.duplicates];
    if (original) FS.dupStream(original, file.fd);
    return;
  }
  const standard = file.standard === undefined ? undefined : base.standard[file.standard];
  if (standard) {
    standard.shared.refcount = 1;
    standard.position = file.position;
    if (file.fd === file.standard) {
      standard.fd = file.fd;
      FS.streams[file.fd] = standard;
    } else {
      FS.dupStream(standard, file.fd);
    }
    return;
  }
  let stream: FileStream;
  if (file.unlinked) {
    const path = `/tmp/.unlinked-${file.fd}`;
    FS.nextInode = file.unlinked.inode;
    FS.writeFile(path, file.unlinked.bytes);
    stream = FS.open(path, file.flags & ~ONCE);
    FS.unlink(path);
    stamp(stream.node, file.unlinked);
  } else {
    stream = FS.open(file.path, file.flags & ~ONCE);
  }
  if (stream.fd !== file.fd) {
    if (stream.fd !== null) FS.streams[stream.fd] = null;
    stream = FS.createStream(stream, file.fd);
  }
  stream.flags = file.flags;
  stream.position = file.position;
}

/** Takes a fixed file out of a directory without touching its contents. */
function detach(python: PythonModule, parent: FileNode, name: string): void {
  const node = directory(parent)[name];
  if (node) python.FS.hashRemoveNode(node);
  delete directory(parent)[name];
}

function attach(python: PythonModule, node: FileNode, parent: FileNode, name: string): void {
  Object.assign(node, { parent, name });
  directory(parent)[name] = node;
  python.FS.hashAddNode(node);
}

function remove(python: PythonModule, node: FileNode, path: string): void {
  const { FS } = python;
  if (!FS.isDir(node.mode)) {
    FS.unlink(path);
    return;
  }
  for (const [name, child] of Object.entries(directory(node))) {
    if (child.mounted) continue;
    remove(python, child, `${path}/${name}`);
  }
  FS.rmdir(path);
}

function stampOf(node: FileNode): Entry {
  const { id: inode, mode, atime, mtime, ctime } = node;
  return { inode, mode, atime, mtime, ctime };
}

function stamp(node: FileNode, entry: Entry): void {
  node.mode = entry.mode;
  node.atime = entry.atime;
  node.mtime = entry.mtime;
  node.ctime = entry.ctime;
}

export function directory(node: FileNode): Record<string, FileNode> {
  if (ArrayBuffer.isView(node.contents)) throw new Error(`"${node.name}" is not a directory.`);
  return node.contents;
}

function bytesOf(node: FileNode): Uint8Array {
  // A first write leaves a view of its own kind, signed bytes when it came from the heap.
  return ArrayBuffer.isView(node.contents)
    ? new Uint8Array(node.contents.buffer, node.contents.byteOffset, node.usedBytes)
    : new Uint8Array();
}

function isLinked(python: PythonModule, node: FileNode): boolean {
  try {
    return python.FS.lookupPath(python.FS.getPath(node)).node === node;
  } catch {
    return false;
  }
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && Buffer.compare(a, b) === 0;
}
