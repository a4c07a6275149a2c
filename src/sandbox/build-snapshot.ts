import { bootClock } from './clock-block.ts';
import { bootPython, type PyodideApi } from './boot.ts';
import type { Machine } from './host-imports.ts';
import type { PythonModule } from './python-module.ts';
import { type DriverSources, PRELOADED } from './snapshot-contents.ts';
import { seedRandom } from './random-stream.ts';
import type { WasmModule } from './wasm.ts';

/** The name under which the driver is imported while the snapshot is built. */
export const DRIVER_PACKAGE = '_callsheet';

/**
 * Initialises Python from nothing, imports the preloaded modules and the driver, and returns the heap. Takes between one
 * and two seconds; the same inputs give the same bytes. Needs a worker of its own, as `bootPython` does.
 */
export async function buildSnapshot(
  wasm: WasmModule,
  driver: DriverSources,
): Promise<Uint8Array<ArrayBuffer>> {
  const machine = bootMachine();
  virtualDate(machine);
  const { api, module } = await bootPython({ wasm, machine });
  checkTicks(machine, module, api);
  api.runPython(importCode(driver));
  return new Uint8Array(api.makeMemorySnapshot());
}

/** CPU time is counted by CPython's periodic look for signals: at every 51st loop back-edge. */
function checkTicks(machine: Machine, python: PythonModule, api: PyodideApi): void {
  let ticks = 0;
  machine.onTick = () => {
    ticks += 1;
    return 0;
  };
  python.HEAP8[python._Py_EMSCRIPTEN_SIGNAL_HANDLING] = 1;
  api.runPython('for _ in range(51_000): pass');
  python.HEAP8[python._Py_EMSCRIPTEN_SIGNAL_HANDLING] = 0;
  machine.onTick = () => 0;
  if (ticks >= 1000 && ticks < 1100) return;
  throw new Error(
    `This version of Pyodide looks for signals ${ticks} times in a loop of 51,000, not about 1,000 times. ` +
      'Install the version callsheet depends on.',
  );
}

/** The machine as it is while Python boots: the same at every boot. */
export function bootMachine(maxHeap = 0xffff_0000): Machine {
  return {
    clock: bootClock(),
    random: seedRandom('boot'),
    umask: 0o022,
    maxHeap,
    onTick: () => 0,
    onClockRead: () => 1000,
    sealed: false,
    grow: () => false,
  };
}

/** Makes files carry virtual time stamps, from now on: Emscripten takes them from `Date.now`. */
export function virtualDate(machine: Machine): void {
  Object.defineProperty(Date, 'now', {
    value: () => Math.floor(machine.clock.epoch + machine.clock.now / 1e6),
  });
}

/** Imports the driver from text; the names its code is compiled under are what tracebacks are cleared of. */
function importCode(driver: DriverSources): string {
  return `
import sys, types
${PRELOADED.map((name) => `import ${name}`).join('\n')}

class Finder:
    sources = ${pythonDict(driver)}
    builtins = dict(__builtins__ if isinstance(__builtins__, dict) else vars(__builtins__))
    def find_spec(self, name, path=None, target=None):
        package, _, module = name.partition('.')
        if package != '${DRIVER_PACKAGE}' or (module or '__init__') not in self.sources: return None
        from importlib.machinery import ModuleSpec
        return ModuleSpec(name, self, is_package=not module)
    def create_module(self, spec): return None
    def exec_module(self, module):
        name = module.__name__.partition('.')[2] or '__init__'
        # A copy: a cell may break its builtins, not the driver's.
        module.__dict__['__builtins__'] = self.builtins
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
