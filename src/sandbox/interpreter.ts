import { Buffer } from 'node:buffer';
import type { CallAnswer, CallRequest } from './worker-protocol.ts';
import { type BootedPython, bootPython } from './boot.ts';
import { bootMachine, DRIVER_PACKAGE, virtualDate } from './build-snapshot.ts';
import { type ClockBlock, createClockBlock } from './clock-block.ts';
import { closeRealm } from './close-realm.ts';
import { type CpuMeter, createCpuMeter } from './cpu-meter.ts';
import { causeOfDeath } from './death.ts';
import { type Exchange, setUpFiles } from './devices.ts';
import { captureFiles, type FileBase, type FileImage, restoreFiles } from './file-image.ts';
import {
  captureHeap,
  exchangeHeap,
  type HeapImage,
  pristineImage,
  restoreHeap,
} from './heap-image.ts';
import type { Machine } from './host-imports.ts';
import type { PythonModule } from './python-module.ts';
import { seedRandom } from './random-stream.ts';
import type { WasmModule } from './wasm.ts';

/** Virtual nanoseconds a cell may run, not counting what it waits for the client: 90 s, as documented by the API. */
const CELL_LIMIT = 90e9;

/** A container at rest. Plain data: crosses threads, and any worker of the same snapshot can run it. */
export interface ContainerImage {
  readonly heap: HeapImage;
  readonly files: FileImage;
  readonly random: Uint32Array;
  readonly umask: number;
  /** How many processes the container has had: a cell that ends its process gets the next one. */
  readonly generation: number;
  readonly seed: string;
}

export interface FreshContainer {
  readonly seed: string;
  readonly epoch: number;
}

export interface CellStart {
  readonly cell: string;
  readonly code: string;
  readonly tools: readonly string[];
  readonly at: number;
}

/** How far a cell got. */
export type Progress =
  | { readonly state: 'paused'; readonly calls: readonly CallRequest[] }
  | { readonly state: 'finished'; readonly return_code: number };

/** What the interpreter printed since this was last asked. */
export interface Printed {
  readonly stdout: Uint8Array;
  readonly stderr: Uint8Array;
}

/** One Python: a CPU that has one container in it at a time. Everything here is synchronous. */
export interface Interpreter {
  readonly clock: ClockBlock;
  /** Puts a new container in. What was in is gone unless it was saved. */
  open(container: FreshContainer): void;
  save(): ContainerImage;
  restore(image: ContainerImage): void;
  run(cell: CellStart): Progress;
  resume(answers: readonly CallAnswer[], at: number): Progress;
  takePrinted(): Printed;
}

export interface InterpreterOptions {
  readonly wasm: WasmModule;
  readonly snapshot: Uint8Array;
  readonly maxHeap: number;
  readonly exchange: Exchange;
}

/** Boots an interpreter from the snapshot and closes this worker off from the host. Works once per worker. */
export async function createInterpreter(options: InterpreterOptions): Promise<Interpreter> {
  const machine = bootMachine(options.maxHeap);
  virtualDate(machine);
  const booted = await bootPython({ wasm: options.wasm, snapshot: options.snapshot, machine });
  const python = booted.module;
  // Pyodide would end its own JavaScript side for good; here the heap is rewound instead.
  python.API.fatal_error = (error) => {
    throw error;
  };
  const output = captureOutput(booted);
  const files = setUpFiles(python, machine, options.exchange);
  const driver = openDriver(booted);
  const clock = createClockBlock(python, driver.address);
  machine.clock = clock;
  clock.now = 0;
  const meter = createCpuMeter(python, clock);
  machine.onTick = meter.tick;
  forgetApi(booted);
  closeRealm();
  machine.sealed = true;

  const pristine = python.HEAPU8.slice();
  const pristineFiles = captureFiles(python, files);
  return operate({ python, machine, clock, meter, output, driver, pristine, pristineFiles, files });
}

interface Parts {
  readonly python: PythonModule;
  readonly machine: Machine;
  readonly clock: ClockBlock;
  readonly meter: CpuMeter;
  readonly output: Output;
  readonly driver: Driver;
  readonly pristine: Uint8Array;
  readonly pristineFiles: FileImage;
  readonly files: FileBase;
}

function operate(parts: Parts): Interpreter {
  const { python, machine, clock, driver, pristine, output } = parts;
  let seed = '';
  let generation = 0;
  // Set right after a save: the only pages that differ from the pristine heap.
  let dirty: Uint32Array | undefined;

  const putHeap = (image: HeapImage): void => {
    if (python.HEAPU8.length < image.size && !machine.grow(image.size)) {
      throw new Error(`No memory for a heap of ${image.size} bytes.`);
    }
    if (dirty) exchangeHeap(python.HEAPU8, pristine, dirty, image);
    else restoreHeap(python.HEAPU8, pristine, image);
    dirty = undefined;
  };
  const startProcess = (): void => {
    driver.open(JSON.stringify({ seed: generation === 0 ? seed : `${seed}#${generation}` }));
  };
  const rewind = (): void => {
    const { now, epoch } = clock;
    const keptFiles = { ...captureFiles(python, parts.files), open: parts.pristineFiles.open };
    putHeap(pristineImage(pristine.length));
    restoreFiles(python, parts.files, { ...keptFiles, directory: parts.pristineFiles.directory });
    machine.umask = 0o022;
    clock.now = now;
    clock.epoch = epoch;
    generation += 1;
    startProcess();
  };
  const proceed = (step: (text: string) => string, message: object): Progress => {
    dirty = undefined;
    parts.meter.start();
    const stack = python.stackSave();
    try {
      const progress: Progress = JSON.parse(step(JSON.stringify(message)));
      return progress;
    } catch (error) {
      python.stackRestore(stack);
      const death = causeOfDeath(error);
      output.print(death.message);
      rewind();
      return { state: 'finished', return_code: death.returnCode };
    }
  };

  return {
    clock,
    open: (container) => {
      putHeap(pristineImage(pristine.length));
      restoreFiles(python, parts.files, parts.pristineFiles);
      machine.random = seedRandom(container.seed);
      machine.umask = 0o022;
      clock.now = 0;
      clock.epoch = container.epoch;
      seed = container.seed;
      generation = 0;
      startProcess();
    },
    save: () => {
      const heap = captureHeap(python.HEAPU8, pristine);
      dirty = heap.pages;
      return {
        heap,
        files: captureFiles(python, parts.files),
        random: machine.random.slice(),
        umask: machine.umask,
        generation,
        seed,
      };
    },
    restore: (image) => {
      putHeap(image.heap);
      restoreFiles(python, parts.files, image.files);
      machine.random = image.random.slice();
      machine.umask = image.umask;
      generation = image.generation;
      seed = image.seed;
    },
    run: ({ at, ...cell }) => {
      clock.moveTo(at);
      clock.deadline = clock.now + CELL_LIMIT;
      return proceed(driver.run, cell);
    },
    resume: (answers, at) => proceed(driver.resume, { answers, at }),
    takePrinted: output.take,
  };
}

interface Driver {
  readonly address: number;
  readonly open: (text: string) => string;
  readonly run: (text: string) => string;
  readonly resume: (text: string) => string;
}

function openDriver({ api }: BootedPython): Driver {
  const entry = api.pyimport(`${DRIVER_PACKAGE}.entry`);
  const address = Number(api.runPython(`from ${DRIVER_PACKAGE} import clock as _c; _c.address()`));
  api.runPython('del _c');
  const { open_container: open, run, resume, close } = entry;
  if (!open || !run || !resume || !close) {
    throw new Error('The snapshot holds another version of the Python driver.');
  }
  close();
  return { address, open, run, resume };
}

interface Output {
  readonly take: () => Printed;
  /** Adds to stderr what a shell would say. */
  readonly print: (message: string) => void;
}

function captureOutput({ api }: BootedPython): Output {
  let stdout: Uint8Array[] = [];
  let stderr: Uint8Array[] = [];
  api.setStdout({
    write: (bytes) => {
      stdout.push(bytes.slice());
      return bytes.length;
    },
    isatty: false,
  });
  api.setStderr({
    write: (bytes) => {
      stderr.push(bytes.slice());
      return bytes.length;
    },
    isatty: false,
  });
  api.setStdin({ stdin: () => null, isatty: false });
  return {
    take: () => {
      const printed = { stdout: join(stdout), stderr: join(stderr) };
      stdout = [];
      stderr = [];
      return printed;
    },
    print: (message) => {
      stderr.push(new TextEncoder().encode(message));
    },
  };
}

function join(chunks: readonly Uint8Array[]): Uint8Array {
  const [only, ...more] = chunks;
  return only && more.length === 0 ? only : Uint8Array.from(Buffer.concat(chunks));
}

/** Empties the objects through which Python could have reached Pyodide's API, the module and the file system mounts. */
function forgetApi({ api, module }: BootedPython): void {
  for (const name of Object.keys(module.FS.filesystems)) {
    if (name !== 'MEMFS') Reflect.deleteProperty(module.FS.filesystems, name);
  }
  for (const name of Object.getOwnPropertyNames(api)) Reflect.deleteProperty(api, name);
  Object.setPrototypeOf(api, null);
}
