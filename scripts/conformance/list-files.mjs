import { readdirSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';

/** Every file below a folder, or the one file, with its name relative to it. */
export function listFiles(root) {
  if (statSync(root).isFile()) return [{ path: root, file: root }];
  return readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
    .map((path) => ({ path, file: relative(root, path) }))
    .toSorted((a, b) => (a.file < b.file ? -1 : 1));
}
