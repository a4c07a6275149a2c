import type { FileBase } from '../file-image.ts';
import type { FileNode, FileSystem, PythonModule } from '../python-module.ts';
import type { Wheel } from './find-wheels.ts';

const EROFS = 69;
/** Where the driver unpacks wheels: `driver/packages.py`. */
const FOLDER = '/usr/lib/python3/dist-packages';

/**
 * Loads wheels into a booted interpreter, before it is closed off. Their files become part of the installation: no
 * container can change them, and no image holds them.
 */
export function loadWheels(
  python: PythonModule,
  load: (text: string) => string,
  wheels: readonly Wheel[],
  files: FileBase,
): FileBase {
  if (wheels.length === 0) return files;
  const { FS } = python;
  const paths = wheels.map(({ file, bytes }) => {
    const path = `/tmp/${file}`;
    FS.writeFile(path, Uint8Array.from(bytes));
    return path;
  });
  const failures: Record<string, string> = JSON.parse(load(JSON.stringify(paths)));
  const [failure] = Object.entries(failures);
  if (failure) throw new Error(`The package "${failure[0]}" cannot be imported: ${failure[1]}`);
  const fixed = new Map(files.fixed);
  collect(FS, FS.lookupPath(FOLDER).node, FOLDER, fixed);
  return { ...files, fixed, nodes: new Set(fixed.values()) };
}

function collect(FS: FileSystem, node: FileNode, path: string, into: Map<string, FileNode>): void {
  if (ArrayBuffer.isView(node.contents)) {
    protect(FS, node);
    into.set(path, node);
    return;
  }
  for (const [name, child] of Object.entries(node.contents)) {
    collect(FS, child, `${path}/${name}`, into);
  }
}

function protect(FS: FileSystem, node: FileNode): void {
  const refuse = (): never => {
    throw new FS.ErrnoError(EROFS);
  };
  node.node_ops = { ...node.node_ops, setattr: refuse };
  node.stream_ops = { ...node.stream_ops, write: refuse, msync: refuse };
}
