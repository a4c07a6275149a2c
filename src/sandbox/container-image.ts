import type { FileImage } from './file-image.ts';
import type { HeapImage } from './heap-image.ts';
import type { Limits } from './limits.ts';

/** A container at rest. Plain data: crosses threads, and any worker of the same snapshot can run it. */
export interface ContainerImage extends MemoryImage, FreshContainer {
  /** How many processes the container has had: a cell that ends its process gets the next one. */
  readonly generation: number;
}

/** What an interpreter's memory holds of it. */
export interface MemoryImage {
  readonly heap: HeapImage;
  readonly files: FileImage;
  readonly random: Uint32Array;
  readonly umask: number;
}

export interface FreshContainer {
  readonly seed: string;
  readonly epoch: number;
  readonly limits: Limits;
  /** The folder of uploaded files, `$INPUT_DIR`. */
  readonly input: string;
}

/** The files of a container. */
export type Files = Pick<FileImage, 'root' | 'nextInode'>;
