import { loadPyodide, version } from 'pyodide';
import { type Imports, type Machine, overrideImports } from './host-imports.ts';
import type { PythonModule } from './python-module.ts';
import {
  instantiateWasm,
  type WasmInstance,
  type WasmModule,
  withoutStackSwitching,
} from './wasm.ts';

export interface BootOptions {
  /** The compiled `pyodide.asm.wasm`. Compiled once, shared by all workers. */
  readonly wasm: WasmModule;
  readonly machine: Machine;
  /** The heap to start from. Without one Python is initialised from nothing, which takes more than a second. */
  readonly snapshot?: Uint8Array | undefined;
}

/** A booted interpreter that has run no code of ours yet. */
export interface BootedPython {
  readonly module: PythonModule;
  readonly api: PyodideApi;
}

/** The parts of Pyodide's public API used while booting. */
export interface PyodideApi {
  runPython(code: string): unknown;
  pyimport(name: string): Record<string, (...texts: string[]) => string>;
  makeMemorySnapshot(): Uint8Array;
  setStdin(options: { stdin: () => null; isatty: boolean }): void;
  setStdout(options: { write: (bytes: Uint8Array) => number; isatty: boolean }): void;
  setStderr(options: { write: (bytes: Uint8Array) => number; isatty: boolean }): void;
}

interface ModuleSettings {
  instantiateWasm?: (
    imports: Imports,
    done: (instance: WasmInstance, module: WasmModule) => void,
  ) => object;
  preRun: ((module: PythonModule) => void)[];
}

const GLUE: string = 'pyodide/pyodide.asm.mjs';
/** Emscripten's half of Pyodide, a megabyte of it: loaded while the host still reads the snapshot. Untyped. */
const glue: Promise<{ default: (settings: ModuleSettings) => Promise<PythonModule> }> = import(
  GLUE
);

/**
 * Boots Pyodide with our imports under it.
 *
 * Must run in a worker of its own: it takes the garbage collector's hook on proxies out of the realm. A proxy collected
 * after the heap was exchanged would release whatever object has its address now.
 */
export async function bootPython(options: BootOptions): Promise<BootedPython> {
  Object.defineProperty(globalThis, 'FinalizationRegistry', { value: InertRegistry });
  hideEngine();
  const { default: createModule } = await glue;

  let module: PythonModule | undefined;
  const python = (): PythonModule => {
    if (!module) throw new Error('Python used an import before its module was set up.');
    return module;
  };
  const createPyodideModule = async (settings: ModuleSettings): Promise<PythonModule> => {
    const failed = new Promise<never>((_resolve, reject) => {
      settings.instantiateWasm = (imports, done) => {
        Object.assign(imports['env'] ?? {}, errorImports());
        overrideImports(imports, options.machine, python);
        instantiateWasm(options.wasm, imports).then(
          (instance) => done(instance, options.wasm),
          reject,
        );
        return {};
      };
    });
    settings.preRun.push((created) => {
      module = created;
    });
    const created = await Promise.race([createModule(settings), failed]);
    if (options.snapshot) growFor(options.snapshot, created, options.machine);
    return created;
  };

  const load: (options: object) => Promise<PyodideApi> = loadPyodide;
  const api = await load({
    createPyodideModule,
    _loadSnapshot: options.snapshot,
    _makeSnapshot: options.snapshot === undefined,
    // Shows as `$_` and sys.executable; the default is the host's script.
    _sysExecutable: '/usr/local/bin/python3',
    // Without LANG Emscripten takes the host's language, where Node has a `navigator`.
    env: { HOME: '/root', LANG: 'C.UTF-8', PYTHONHASHSEED: '0', TZ: 'UTC' },
    jsglobals: bareGlobals(),
  });
  checkInternals(python());
  return { module: python(), api };
}

const INTERNALS = `HEAPU8 FS API _sbrk stackSave stackRestore UTF8ToString stringToUTF8 dlSetError
  _Py_EMSCRIPTEN_SIGNAL_HANDLING __Py_emscripten_signal_clock`.split(/\s+/);

/** Internals may change in any release; better to say so than to fail somewhere inside. */
function checkInternals(module: PythonModule): void {
  const missing = INTERNALS.filter((name) => !(name in module));
  if (missing.length === 0) return;
  throw new Error(
    `This version of Pyodide (${version}) lacks ${missing.join(', ')}. Install the version callsheet depends on.`,
  );
}

/**
 * Makes every version of Node look alike, so that one heap fits them all. Three things get into it: the name of the runtime;
 * whether stacks can be switched, which is not used here; and the address of a faster way to call C functions, which newer
 * engines have, and which Pyodide leaves out on what it takes for an iPad.
 */
function hideEngine(): void {
  withoutStackSwitching();
  const navigator = { userAgent: 'Node.js', platform: 'MacIntel', maxTouchPoints: 2 };
  Object.defineProperty(globalThis, 'navigator', { value: navigator, configurable: true });
}

class InertRegistry {
  register(): void {}
  unregister(): void {}
}

/** What `import js` would show if a cell found its way to it: enough for Pyodide to boot, nothing that reaches out. */
function bareGlobals(): object {
  return Object.assign(Object.create(null), {
    Array,
    Error,
    JSON,
    Map,
    Object,
    Promise,
    Set,
    Symbol,
    Uint8Array,
    Function: undefined,
  });
}

/**
 * Two imports that Pyodide normally takes from a tiny WebAssembly module of its own; these are its documented
 * substitutes for engines that cannot load it.
 */
function errorImports(): Imports[string] {
  const marker = Symbol('error');
  return {
    Jsv_GetError_import: () => marker,
    JsvError_Check: (value: unknown) => value === marker,
  };
}

/** Pyodide ignores the size of a snapshot above 30 MiB and then writes beyond the heap (pyodide issue 6254). */
function growFor(snapshot: Uint8Array, module: PythonModule, machine: Machine): void {
  const { length: size } = heapIn(snapshot);
  if (size > module.HEAPU8.length && !machine.grow(size)) {
    throw new Error(`No memory for a Python heap of ${size} bytes.`);
  }
}

/** The heap that a snapshot holds: what stands behind its header. */
export function heapIn(snapshot: Uint8Array): Uint8Array {
  const header = new Uint32Array(snapshot.buffer, snapshot.byteOffset, 2)[1] ?? 0;
  return snapshot.subarray(header);
}
