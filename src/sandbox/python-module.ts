/**
 * The parts of Pyodide's module object that the sandbox uses. They are internals, which is why `pyodide` is pinned to
 * an exact version; `boot.ts` checks at every start that they are there.
 */
export interface PythonModule {
  readonly HEAP8: Int8Array;
  readonly HEAPU8: Uint8Array;
  readonly HEAP32: Int32Array;
  readonly HEAPU32: Uint32Array;
  readonly HEAP64: BigInt64Array;
  readonly HEAPF64: Float64Array;
  readonly FS: FileSystem;
  readonly API: { fatal_error: (error: unknown) => void };
  /** Address of the flag that makes CPython call the signal helper at its periodic checks. */
  readonly _Py_EMSCRIPTEN_SIGNAL_HANDLING: number;
  /** Address of the countdown to the next such call. */
  readonly __Py_emscripten_signal_clock: number;
  /** Moves the end of the C heap and returns where it was. */
  _sbrk(increment: number): number;
  stackSave(): number;
  stackRestore(pointer: number): void;
  UTF8ToString(pointer: number): string;
  stringToUTF8(text: string, pointer: number, size: number): void;
  dlSetError(message: string): void;
}

/** A node of Emscripten's in-memory file system. */
export interface FileNode {
  readonly id: number;
  readonly name: string;
  readonly parent: FileNode;
  readonly mounted: unknown;
  readonly rdev: number;
  readonly pipe?: unknown;
  mode: number;
  atime: number;
  mtime: number;
  ctime: number;
  /** Directories: the entries by name. Files: the bytes, of which `usedBytes` count. */
  contents: Record<string, FileNode> | Uint8Array | Int8Array;
  usedBytes: number;
  link: string;
  node_ops: Record<string, unknown>;
  stream_ops: Record<string, unknown>;
}

/** An open file. Duplicates share `shared`. */
export interface FileStream {
  fd: number | null;
  readonly node: FileNode;
  readonly path: string;
  readonly shared: { refcount: number };
  flags: number;
  position: number;
  seekable?: boolean;
}

export interface DeviceOperations {
  open?(stream: FileStream): void;
  close?(stream: FileStream): void;
  read(stream: FileStream, buffer: Uint8Array, offset: number, length: number): number;
  write(stream: FileStream, buffer: Uint8Array, offset: number, length: number): number;
}

/** What Emscripten does with every regular file in memory: one object of each kind, shared by all files. */
export interface MemoryFiles {
  readonly ops_table?: {
    readonly file: {
      readonly node: { setattr: (node: FileNode, attributes: { size?: number }) => void };
      readonly stream: {
        write: (
          stream: FileStream,
          buffer: Uint8Array,
          offset: number,
          length: number,
          position: number,
          canOwn?: boolean,
        ) => number;
      };
    };
  };
}

export interface FileSystem {
  readonly root: FileNode;
  readonly streams: (FileStream | null | undefined)[];
  readonly filesystems: { readonly [name: string]: unknown; readonly MEMFS?: MemoryFiles };
  readonly ErrnoError: new (errno: number) => Error;
  currentPath: string;
  nextInode: number;
  isDir(mode: number): boolean;
  isFile(mode: number): boolean;
  isLink(mode: number): boolean;
  isChrdev(mode: number): boolean;
  lookupPath(path: string, options?: { follow?: boolean }): { node: FileNode };
  getPath(node: FileNode): string;
  cwd(): string;
  chdir(path: string): void;
  chmod(path: string, mode: number): void;
  open(path: string, flags: number): FileStream;
  close(stream: FileStream): void;
  createStream(stream: FileStream, fd: number): FileStream;
  dupStream(stream: FileStream, fd: number): FileStream;
  mkdir(path: string): void;
  mkdirTree(path: string, mode?: number): void;
  rmdir(path: string): void;
  rename(from: string, to: string): void;
  unlink(path: string): void;
  symlink(target: string, path: string): void;
  mknod(path: string, mode: number, device: number): FileNode;
  mkdev(path: string, mode: number, device: number): FileNode;
  makedev(major: number, minor: number): number;
  hashAddNode(node: FileNode): void;
  hashRemoveNode(node: FileNode): void;
  registerDevice(device: number, operations: DeviceOperations): void;
  writeFile(path: string, data: Uint8Array | string): void;
}
