import type { PooledContainer } from '../pool.ts';
import { type FileTree, toEntry } from './file-tree.ts';

/** A container's files, cut from its interpreter to be worked on outside and put back. */
export interface ContainerFiles {
  load(at: number): Promise<LoadedTree>;
  save(tree: FileTree, at: number): Promise<void>;
}

export interface LoadedTree extends FileTree {
  /** Wall-clock time of the container's virtual time 0. */
  readonly epoch: number;
}

export function openFiles(id: string, pooled: PooledContainer): ContainerFiles {
  const label = `files of "${id}"`;
  return {
    load: async (at) => {
      const { files, epoch = 0 } = await pooled.step({ kind: 'read', at }, label);
      if (!files) throw new Error('A worker answered without the files it was asked for.');
      return { root: files.root, nextInode: files.nextInode, now: () => epoch + at, epoch };
    },
    save: async ({ root, nextInode }, at) => {
      const files = { root: toEntry(root), nextInode };
      await pooled.step({ kind: 'write', files, at }, label);
    },
  };
}
