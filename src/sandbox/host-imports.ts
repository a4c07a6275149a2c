import type { PythonModule } from './python-module.ts';
import { fillRandom, type RandomState } from './random-stream.ts';

/** What the wasm imports work on: the state of the container that is in the heap. */
export interface Machine {
  clock: { now: number; readonly epoch: number };
  random: RandomState;
  umask: number;
  /** Largest heap in bytes; beyond it Python raises MemoryError. */
  readonly maxHeap: number;
  /** CPython's periodic check. Returns a signal number to raise, or 0. */
  onTick: () => number;
  /** Returns what a look at the clock takes, in virtual nanoseconds. */
  onClockRead: () => number;
  /** Once true, what only booting needs fails. */
  sealed: boolean;
  /** Makes the heap at least `size` bytes large, without regard to `maxHeap`. Set by `overrideImports`. */
  grow: (size: number) => boolean;
}

/** Arguments are addresses, sizes and flags; 64-bit ones are bigints and are only handed on. */
type Import = ((...args: number[]) => unknown) & { sig?: string | undefined };
export type Imports = Record<string, Record<string, Import>>;

// Emscripten's errno values, which are not Linux's.
const EAFNOSUPPORT = 5;
const EINVAL = 28;
const EAI_AGAIN = -3;

/**
 * Replaces the imports through which Python sees or reaches the host: clock, random numbers, time zone, memory growth,
 * processes, sockets, dynamic linking and script functions. Every other layer can be talked around; these are all the
 * interpreter has.
 */
export function overrideImports(
  imports: Imports,
  machine: Machine,
  python: () => PythonModule,
): void {
  const env = section(imports, 'env');
  const wasi = section(imports, 'wasi_snapshot_preview1');

  // Looking takes a little time: it is strictly monotonic, and busy waits end.
  const tell = (): number => (machine.clock.now += machine.onClockRead());
  replace(env, 'emscripten_get_now', () => tell() / 1e6);
  replace(env, 'emscripten_date_now', () => machine.clock.epoch + tell() / 1e6);
  replace(wasi, 'clock_time_get', (id: number, _precision: number, pointer: number) => {
    const now = BigInt(Math.round(tell()));
    const REALTIME = 0;
    const epoch = id === REALTIME ? BigInt(Math.round(machine.clock.epoch)) * 1_000_000n : 0n;
    python().HEAP64[(pointer >>> 0) / 8] = epoch + now;
    return 0;
  });
  replace(env, '_tzset_js', (zone: number, daylight: number, standard: number, saving: number) => {
    python().HEAPU32[(zone >>> 0) / 4] = 0;
    python().HEAP32[(daylight >>> 0) / 4] = 0;
    for (const name of [standard, saving]) python().stringToUTF8('UTC', name >>> 0, 17);
  });
  const gmtime = imported(env, '_gmtime_js');
  replace(env, '_localtime_js', (time: number, tm: number) => {
    gmtime(time, tm);
    // What gmtime leaves to its caller: tm_isdst and tm_gmtoff.
    python().HEAP32.fill(0, (tm >>> 0) / 4 + 8, (tm >>> 0) / 4 + 10);
  });
  replace(env, '_mktime_js', imported(env, '_timegm_js'));
  // A real timer would fire between cells.
  replace(env, '_setitimer_js', () => -EINVAL);

  replace(wasi, 'random_get', (pointer: number, length: number) => {
    const start = pointer >>> 0;
    fillRandom(machine.random, python().HEAPU8.subarray(start, start + (length >>> 0)));
    return 0;
  });

  replace(env, '__syscall_umask_js', (mask: number) => {
    const previous = machine.umask;
    machine.umask = mask & 0o777;
    return previous;
  });
  replace(env, '__syscall_getuid32_js', () => 0);
  // As on a machine without a shell: `system(NULL)` says there is none, and commands are not found.
  replace(env, '_emscripten_system', (command: number) => (command ? 127 << 8 : 0));
  replace(env, '__syscall_socket', () => -EAFNOSUPPORT);
  replace(env, 'getaddrinfo', () => EAI_AGAIN);
  replace(env, '_emscripten_lookup_name', () => 0);
  replace(env, '_Py_CheckEmscriptenSignals_Helper', () => machine.onTick());

  const grow = imported(env, 'emscripten_resize_heap');
  machine.grow = (size) => grow(size) !== 0;
  replace(env, 'emscripten_resize_heap', (size: number) =>
    size >>> 0 > machine.maxHeap ? 0 : grow(size >>> 0),
  );

  closeLinker(env, machine, python);
  closeBridge(env, machine);
}

/**
 * Symbol lookup answers only module inits once booted: through `ctypes` it would hand out every function of Emscripten,
 * among them those that run JavaScript. Loading libraries is closed with it; a library brings imports and scripts of
 * its own.
 */
function closeLinker(
  env: Record<string, Import>,
  machine: Machine,
  python: () => PythonModule,
): void {
  const guard = (name: string, message: string, allows?: (symbol: string) => boolean): void => {
    const original = imported(env, name);
    replace(env, name, (...args) => {
      const [, symbol = 0] = args;
      if (!machine.sealed || allows?.(python().UTF8ToString(symbol >>> 0))) {
        return original(...args);
      }
      python().dlSetError(message);
      return 0;
    });
  };
  guard('_dlsym_js', 'undefined symbol', (symbol) => symbol.startsWith('PyInit_'));
  guard('_dlopen_js', 'cannot open shared object file');
  guard('_emscripten_dlopen_js', 'cannot open shared object file');
}

/**
 * Functions that run JavaScript given as text fail once booted, and so does the one that every JavaScript object passes
 * on its way into Python. Both end the process of the cell that tries.
 */
function closeBridge(env: Record<string, Import>, machine: Machine): void {
  const names = Object.keys(env).filter((name) => BRIDGE.test(name));
  for (const name of names) {
    const original = imported(env, name);
    replace(env, name, (...args) => {
      if (machine.sealed) throw new EvalError(`${name} is closed in the sandbox.`);
      return original(...args);
    });
  }
}

const BRIDGE =
  /^(emscripten_(async_)?(run|load)_script|emscripten_asm_const|JsProxy_compute_typeflags$|JsvFunction_Construct$|raw_call_js$)/;

/** Emscripten reads `sig` when it puts an import into the function table. */
function replace(target: Record<string, Import>, name: string, replacement: Import): void {
  target[name] = Object.assign(replacement, { sig: imported(target, name).sig });
}

function section(imports: Imports, name: string): Record<string, Import> {
  const found = imports[name];
  if (!found) throw new Error(`Pyodide's interpreter no longer imports from "${name}".`);
  return found;
}

function imported(env: Record<string, Import>, name: string): Import {
  const found = env[name];
  if (!found) throw new Error(`Pyodide's interpreter no longer imports "${name}".`);
  return found;
}
