import type { AnyEntry, FileImage, OpenFile } from '../file-image.ts';

/**
 * The image of a container whose files were changed from outside: what its interpreter has open stays open, as Linux
 * keeps a file that lost its name. `fallback` is the working directory when the one it was in is gone.
 */
export function replaceFiles(
  current: FileImage,
  files: Pick<FileImage, 'root' | 'nextInode'>,
  fallback: string,
): FileImage {
  const keep = (file: OpenFile): OpenFile => {
    if (file.unlinked || file.standard !== undefined || file.duplicates !== undefined) return file;
    const before = find(current.root, file.path);
    const after = find(files.root, file.path);
    if (before?.inode === after?.inode) return file;
    return { ...file, path: '', unlinked: before && 'bytes' in before ? before : NOTHING };
  };
  const directory = find(files.root, current.directory);
  return {
    ...files,
    open: current.open.map(keep),
    directory: directory && 'children' in directory ? current.directory : fallback,
  };
}

const NOTHING = {
  inode: 0,
  mode: 0o100644,
  atime: 0,
  mtime: 0,
  ctime: 0,
  bytes: new Uint8Array(),
};

function find(root: AnyEntry, path: string): AnyEntry | undefined {
  let entry: AnyEntry | undefined = root;
  for (const name of path.split('/').filter(Boolean)) {
    entry = entry && 'children' in entry ? entry.children[name] : undefined;
  }
  return entry;
}
