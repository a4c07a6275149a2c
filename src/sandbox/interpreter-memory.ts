import type { Files, MemoryImage } from './container-image.ts';
import { captureFiles, type FileBase, type FileImage, restoreFiles } from './file-image.ts';
import type { FileQuota } from './file-quota.ts';
import { replaceFiles } from './files/replace-files.ts';
import {
  captureHeap,
  exchangeHeap,
  type HeapImage,
  pristineImage,
  restoreHeap,
} from './heap-image.ts';
import type { Machine } from './host-imports.ts';
import type { PythonModule } from './python-module.ts';

const WASM_PAGE = 65_536;
const WORKING_DIRECTORY = '/tmp';
const UMASK = 0o022;

/** What of a container is in an interpreter: in its heap, its files and what else a process has. */
export interface InterpreterMemory {
  /** As it was when it was opened: no container has been here. */
  clear(random: Uint32Array): void;
  /** As for another process of the same container: its files stay. */
  rewind(): void;
  put(image: MemoryImage): void;
  take(): MemoryImage;
  /** Python is about to run. */
  touch(): void;
  readFiles(): Files;
  writeFiles(files: Files): void;
}

/** What is in memory now counts as empty. */
export function openMemory(
  python: PythonModule,
  machine: Machine,
  base: FileBase,
  quota: FileQuota,
): InterpreterMemory {
  const pristine = python.HEAPU8.slice();
  const pristineFiles = captureFiles(python, base);
  // Set right after an image was taken: the only pages that differ from the pristine heap.
  let dirty: Uint32Array | undefined;

  const putHeap = (image: HeapImage): void => {
    if (python.HEAPU8.length < image.size && !machine.grow(image.size)) {
      throw new Error(`No memory for a heap of ${image.size} bytes.`);
    }
    if (dirty) exchangeHeap(python.HEAPU8, pristine, dirty, image);
    else restoreHeap(python.HEAPU8, pristine, image);
    dirty = undefined;
  };
  const putFiles = (image: FileImage): void => {
    restoreFiles(python, base, image);
    quota.forget();
  };
  const put = ({ heap, files, random, umask }: MemoryImage): void => {
    putHeap(heap);
    putFiles(files);
    machine.random = random.slice();
    machine.umask = umask;
  };
  // A worker's heap may be larger than its container needs, because of another one before.
  const ownSize = (): number =>
    Math.max(pristine.length, Math.ceil((python._sbrk(0) >>> 0) / WASM_PAGE) * WASM_PAGE);

  return {
    clear: (random) => {
      put({ heap: pristineImage(pristine.length), files: pristineFiles, random, umask: UMASK });
    },
    rewind: () => {
      const { open, directory } = pristineFiles;
      const files = { ...captureFiles(python, base), open, directory };
      put({
        heap: pristineImage(pristine.length),
        files,
        random: machine.random,
        umask: UMASK,
      });
    },
    put,
    take: () => {
      const heap = captureHeap(python.HEAPU8.subarray(0, ownSize()), pristine);
      dirty = heap.pages;
      return {
        heap,
        files: captureFiles(python, base),
        random: machine.random.slice(),
        umask: machine.umask,
      };
    },
    touch: () => {
      dirty = undefined;
    },
    readFiles: () => {
      const { root, nextInode } = captureFiles(python, base);
      return { root, nextInode };
    },
    writeFiles: (files) => {
      putFiles(replaceFiles(captureFiles(python, base), files, WORKING_DIRECTORY));
    },
  };
}
