import { directory, type FileBase } from './file-image.ts';
import type { FileNode, PythonModule } from './python-module.ts';

const ENOSPC = 51;

export interface FileQuota {
  /** After other files were put in. */
  forget(): void;
}

/**
 * Lets the files of a container hold `limit` bytes together; beyond that writing fails as on a full disk. They are in
 * JavaScript's memory, of which the limit of the heap knows nothing, and a container that cannot be saved would hold up all
 * others.
 */
export function limitFiles(python: PythonModule, base: FileBase, limit: number): FileQuota {
  const { FS } = python;
  const operations = FS.filesystems.MEMFS?.ops_table?.file;
  if (!operations) throw new Error('This version of Pyodide keeps files in memory in another way.');
  /** At least what the files hold. What is removed shows when they are counted again. */
  let held = Infinity;
  const claim = (node: FileNode, size: number): void => {
    const more = Math.max(0, size - node.usedBytes);
    if (held + more > limit) held = bytesOfFiles(python, base);
    if (held + more > limit) throw new FS.ErrnoError(ENOSPC);
    held += more;
  };

  const { setattr } = operations.node;
  operations.node.setattr = (node, attributes) => {
    if (attributes.size !== undefined) claim(node, attributes.size);
    setattr(node, attributes);
  };
  const { write } = operations.stream;
  operations.stream.write = (stream, buffer, offset, length, position, canOwn) => {
    claim(stream.node, position + length);
    return write(stream, buffer, offset, length, position, canOwn);
  };
  return {
    forget: () => {
      held = Infinity;
    },
  };
}

/** Of files with names, and of those that are only open. */
function bytesOfFiles({ FS }: PythonModule, base: FileBase): number {
  const seen = new Set<FileNode>(base.nodes);
  let bytes = 0;
  const add = (node: FileNode): void => {
    if (seen.has(node)) return;
    seen.add(node);
    if (FS.isFile(node.mode)) bytes += node.usedBytes;
    else if (FS.isDir(node.mode)) Object.values(directory(node)).forEach(add);
  };
  add(FS.root);
  for (const stream of FS.streams) if (stream && !stream.node.pipe) add(stream.node);
  return bytes;
}
