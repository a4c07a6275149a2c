import { bootClock } from './clock-block.ts';
import { bootPython } from './boot.ts';
import type { Machine } from './host-imports.ts';
import { seedRandom } from './random-stream.ts';
import type { WasmModule } from './wasm.ts';

/** Standard modules that are imported once and for all, so that cells import them in no time. */
export const PRELOADED =
  `argparse ast asyncio base64 bisect collections concurrent.futures contextlib copy csv ctypes dataclasses datetime
  decimal difflib enum fractions functools glob gzip hashlib heapq html inspect io itertools json logging math operator
  os pathlib platform pprint queue random re secrets shutil sqlite3 statistics string struct subprocess sys tempfile
  textwrap threading time traceback typing urllib.parse uuid warnings zipfile`.split(/\s+/);

/** The driver's modules as text, by module name. */
export type DriverSources = Readonly<Record<string, string>>;

/** The name under which the driver is imported while the snapshot is built. */
export const DRIVER_PACKAGE = '_callsheet';

/**
 * Initialises Python from nothing, imports the preloaded modules and the driver, and returns the heap. Takes between one
 * and two seconds; the same inputs give the same bytes.
 */
export async function buildSnapshot(wasm: WasmModule, driver: DriverSources): Promise<Uint8Array> {
  const machine = bootMachine();
  const restoreClock = virtualDate(machine);
  try {
    const { api } = await bootPython({ wasm, machine });
    api.runPython(importCode(driver));
    return api.makeMemorySnapshot();
  } finally {
    restoreClock();
  }
}

/** The machine as it is while Python boots: the same at every boot. */
export function bootMachine(maxHeap = 0xffff_0000): Machine {
  return {
    clock: bootClock(),
    random: seedRandom('boot'),
    umask: 0o022,
    maxHeap,
    onTick: () => 0,
    sealed: false,
    grow: () => false,
  };
}

/** Makes files carry virtual time stamps: Emscripten takes them from `Date.now`. Returns a function that undoes it. */
export function virtualDate(machine: Machine): () => void {
  const original = Object.getOwnPropertyDescriptor(Date, 'now') as PropertyDescriptor;
  Object.defineProperty(Date, 'now', {
    ...original,
    value: () => Math.floor(machine.clock.epoch + machine.clock.now / 1e6),
  });
  return () => Object.defineProperty(Date, 'now', original);
}

/** Imports the driver from text; the names its code is compiled under are what tracebacks are cleared of. */
function importCode(driver: DriverSources): string {
  return `
import sys, types
${PRELOADED.map((name) => `import ${name}`).join('\n')}

class Finder:
    sources = ${pythonDict(driver)}
    def find_spec(self, name, path=None, target=None):
        package, _, module = name.partition('.')
        if package != '${DRIVER_PACKAGE}' or (module or '__init__') not in self.sources: return None
        from importlib.machinery import ModuleSpec
        return ModuleSpec(name, self, is_package=not module)
    def create_module(self, spec): return None
    def exec_module(self, module):
        name = module.__name__.partition('.')[2] or '__init__'
        exec(compile(self.sources[name], f'<callsheet>/{name}.py', 'exec'), module.__dict__)

sys.meta_path.insert(0, Finder())
from ${DRIVER_PACKAGE} import entry
entry.install()
del sys.meta_path[0]
for name in list(globals()):
    if not name.startswith('__'): del globals()[name]
del globals()['name']
`;
}

function pythonDict(sources: DriverSources): string {
  // A JSON string literal is a Python string literal.
  const entries = Object.entries(sources).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([name, text]) => `${JSON.stringify(name)}: ${JSON.stringify(text)}`).join(', ')}}`;
}
