import type { Files, MemoryImage } from './container-image.ts';
import { captureFiles, type FileBase, type FileImage, restoreFiles } from './file-image.ts';
import type { FileQuota } from './file-quota.ts';
import { replaceFiles } from './files/replace-files.ts';
import { type HeapImage, PristineHeap } from './heap-image.ts';
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

/** An interpreter, and the heap it booted from. */
export interface BootedMachine {
  readonly python: PythonModule;
  readonly machine: Machine;
  readonly snapshot: Uint8Array;
}

/** What is in memory now counts as empty. */
export function openMemory(
  { python, machine, snapshot }: BootedMachine,
  base: FileBase,
  quota: FileQuota,
): InterpreterMemory {
  const pristine = new PristineHeap(python.HEAPU8, snapshot);
  const pristineFiles = captureFiles(python, base);
  // Known until Python runs: the only pages that differ from the pristine heap.
  let dirty: Uint32Array | undefined = new Uint32Array();

  const putHeap = (image: HeapImage): void => {
    if (python.HEAPU8.length < image.size && !machine.grow(image.size)) {
      throw new Error(`No memory for a heap of ${image.size} bytes.`);
    }
    if (dirty) pristine.exchange(python.HEAPU8, dirty, image);
    else pristine.restore(python.HEAPU8, image);
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
    Math.max(pristine.size, Math.ceil((python._sbrk(0) >>> 0) / WASM_PAGE) * WASM_PAGE);

  return {
    clear: (random) => {
      put({ heap: pristine.image, files: pristineFiles, random, umask: UMASK });
    },
    rewind: () => {
      const { open, directory } = pristineFiles;
      const files = { ...captureFiles(python, base), open, directory };
      put({ heap: pristine.image, files, random: machine.random, umask: UMASK });
    },
    put,
    take: () => {
      const heap = pristine.capture(python.HEAPU8.subarray(0, ownSize()));
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
