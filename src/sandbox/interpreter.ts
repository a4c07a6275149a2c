import { Buffer } from 'node:buffer';
import type { CallAnswer } from './worker-protocol.ts';
import { bootPython } from './boot.ts';
import { bootMachine, virtualDate } from './build-snapshot.ts';
import { type ClockBlock, createClockBlock } from './clock-block.ts';
import { closeRealm } from './close-realm.ts';
import { type CpuMeter, createCpuMeter } from './cpu-meter.ts';
import { causeOfDeath } from './death.ts';
import { type Exchange, setUpFiles } from './devices.ts';
import { type Progress, readProgress } from './driver-messages.ts';
import { captureFiles, type FileBase, type FileImage, restoreFiles } from './file-image.ts';
import { type FileQuota, limitFiles } from './file-quota.ts';
import { replaceFiles } from './files/replace-files.ts';
import {
  captureHeap,
  exchangeHeap,
  type HeapImage,
  pristineImage,
  restoreHeap,
} from './heap-image.ts';
import type { Machine } from './host-imports.ts';
import { type Limits, withDefaults } from './limits.ts';
import { type Driver, forgetApi, openDriver } from './open-driver.ts';
import type { Printed } from './output.ts';
import type { Wheel } from './packages/find-wheels.ts';
import { loadWheels } from './packages/load-wheels.ts';
import type { PythonModule } from './python-module.ts';
import { seedRandom } from './random-stream.ts';
import { captureStreams, type StandardStreams } from './standard-streams.ts';
import type { WasmModule } from './wasm.ts';

const NANOSECONDS = 1_000_000;
const WASM_PAGE = 65_536;
const WORKING_DIRECTORY = '/tmp';

/** A container at rest. Plain data: crosses threads, and any worker of the same snapshot can run it. */
export interface ContainerImage {
  readonly heap: HeapImage;
  readonly files: FileImage;
  readonly random: Uint32Array;
  readonly umask: number;
  /** How many processes the container has had: a cell that ends its process gets the next one. */
  readonly generation: number;
  readonly seed: string;
  readonly epoch: number;
  readonly limits: Limits;
  readonly input: string;
}

export interface FreshContainer {
  readonly seed: string;
  readonly epoch: number;
  readonly limits: Limits;
  /** The folder of uploaded files, `$INPUT_DIR`. */
  readonly input: string;
}

/** A program to run as a process of its own, in a container that has nothing else in it. */
export interface ProcessStart {
  /** The command line without the name of the program. */
  readonly arguments: readonly string[];
  readonly stdin: Uint8Array;
  readonly environment: Readonly<Record<string, string>>;
  readonly directory: string;
  /** Virtual milliseconds it may take. */
  readonly timeLimit: number;
  readonly at: number;
}

export interface CellStart {
  readonly cell: string;
  readonly code: string;
  readonly tools: readonly string[];
  readonly at: number;
  /** Virtual milliseconds that pass before its first line. */
  readonly delay?: number | undefined;
  /** Whether the cell gets a process of its own: no variables of earlier cells. */
  readonly fresh?: boolean | undefined;
  /** What the cell finds in `os.environ` besides what is there. */
  readonly environment?: Readonly<Record<string, string>> | undefined;
}

/** The files of a container. */
export type Files = Pick<FileImage, 'root' | 'nextInode'>;

/** One Python: a CPU that has one container in it at a time. Everything here is synchronous. */
export interface Interpreter {
  readonly clock: ClockBlock;
  /** Puts a new container in. What was in is gone unless it was saved. */
  open(container: FreshContainer): void;
  save(): ContainerImage;
  restore(image: ContainerImage): void;
  run(cell: CellStart): Progress;
  resume(answers: readonly CallAnswer[], at: number): Progress;
  /** Runs a program to its end. */
  execute(process: ProcessStart): Progress;
  /** The container's files, without its interpreter. */
  readFiles(): Files;
  /** Puts other files in their place. What the interpreter has open stays open. */
  writeFiles(files: Files): void;
  /** Wall-clock time of its virtual time 0. */
  epoch(): number;
  /** What was printed since this was last asked. */
  takePrinted(): Printed;
  /** Whether the host interrupted the cell since this was last asked. */
  takeInterrupted(): boolean;
  /** In bytes. Never shrinks. */
  heapSize(): number;
}

export interface InterpreterOptions {
  readonly wasm: WasmModule;
  readonly snapshot: Uint8Array;
  readonly maxHeap: number;
  readonly exchange: Exchange;
  /** Packages to load, in this order. */
  readonly wheels: readonly Wheel[];
  /** Whether the cell that runs is to be interrupted; asked at every tick. */
  readonly interrupt: () => boolean;
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
  const state: ContainerState = {
    seed: '',
    epoch: 0,
    generation: 0,
    limits: withDefaults(),
    input: '',
  };
  const output = captureStreams(booted.api, () => state.limits);
  const installation = setUpFiles(python, machine, options.exchange);
  const driver = openDriver(booted);
  const clock = createClockBlock(python, driver.address);
  machine.clock = clock;
  clock.now = 0;
  const meter = createCpuMeter(python, clock, options.interrupt);
  machine.onTick = meter.tick;
  machine.onClockRead = meter.readClock;
  const files = loadWheels(python, driver.load, options.wheels, installation);
  const quota = limitFiles(python, files, options.maxHeap);
  forgetApi(booted);
  closeRealm();
  machine.sealed = true;

  const pristine = python.HEAPU8.slice();
  const pristineFiles = captureFiles(python, files);
  return operate({
    python,
    machine,
    clock,
    meter,
    output,
    driver,
    pristine,
    pristineFiles,
    files,
    quota,
    state,
  });
}

/** What of a container is neither in the heap nor a file. */
interface ContainerState {
  seed: string;
  epoch: number;
  generation: number;
  limits: Limits;
  input: string;
}

interface Parts {
  readonly python: PythonModule;
  readonly machine: Machine;
  readonly clock: ClockBlock;
  readonly meter: CpuMeter;
  readonly output: StandardStreams;
  readonly driver: Driver;
  readonly pristine: Uint8Array;
  readonly pristineFiles: FileImage;
  readonly files: FileBase;
  readonly quota: FileQuota;
  readonly state: ContainerState;
}

function operate(parts: Parts): Interpreter {
  const { python, machine, clock, driver, pristine, output, state } = parts;
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
  const putFiles = (image: FileImage): void => {
    restoreFiles(python, parts.files, image);
    parts.quota.forget();
  };
  // A worker's heap may be larger than its container needs, because of another one before.
  const ownSize = (): number =>
    Math.max(pristine.length, Math.ceil((python._sbrk(0) >>> 0) / WASM_PAGE) * WASM_PAGE);
  const startProcess = (): void => {
    const { seed, generation, limits, input } = state;
    const { now } = clock;
    // Not at the price the cell before left behind, nor at any: this is our work, not a cell's.
    parts.meter.start(limits.iterations);
    driver.open(
      JSON.stringify({ seed: generation === 0 ? seed : `${seed}#${generation}`, limits, input }),
    );
    clock.now = now;
  };
  const rewind = (): void => {
    clock.settle();
    const { now } = clock;
    const keptFiles = { ...captureFiles(python, parts.files), open: parts.pristineFiles.open };
    putHeap(pristineImage(pristine.length));
    putFiles({ ...keptFiles, directory: parts.pristineFiles.directory });
    machine.umask = 0o022;
    clock.now = now;
    clock.epoch = state.epoch;
    state.generation += 1;
    startProcess();
  };
  const proceed = (step: (text: string) => string, message: object): Progress => {
    dirty = undefined;
    parts.meter.start(state.limits.iterations);
    const stack = python.stackSave();
    try {
      const progress = readProgress(step(JSON.stringify(message)));
      if (progress.state === 'finished' && progress.timed_out) {
        if (state.limits.cellTimeoutState === 'lost') rewind();
      }
      return progress;
    } catch (error) {
      python.stackRestore(stack);
      const death = causeOfDeath(error);
      output.print(death.message);
      rewind();
      return {
        state: 'finished',
        return_code: death.returnCode,
        late: [],
        notes: [],
        timed_out: false,
      };
    }
  };

  return {
    clock,
    open: (container) => {
      putHeap(pristineImage(pristine.length));
      putFiles(parts.pristineFiles);
      machine.random = seedRandom(container.seed);
      machine.umask = 0o022;
      clock.now = 0;
      clock.epoch = container.epoch;
      Object.assign(state, container, { generation: 0 });
      python.FS.mkdirTree(container.input, 0o755);
      startProcess();
    },
    save: () => {
      const heap = captureHeap(python.HEAPU8.subarray(0, ownSize()), pristine);
      dirty = heap.pages;
      return {
        heap,
        files: captureFiles(python, parts.files),
        random: machine.random.slice(),
        umask: machine.umask,
        ...state,
      };
    },
    restore: (image) => {
      putHeap(image.heap);
      putFiles(image.files);
      machine.random = image.random.slice();
      machine.umask = image.umask;
      const { seed, epoch, generation, limits, input } = image;
      Object.assign(state, { seed, epoch, generation, limits, input });
    },
    run: ({ at, fresh, ...cell }) => {
      const { cellTime } = state.limits;
      clock.start(at, cellTime);
      if (fresh) rewind();
      clock.deadline = clock.now + cellTime * NANOSECONDS;
      return proceed(driver.run, cell);
    },
    resume: (answers, at) => {
      // The answers themselves move it to when they come.
      clock.start(0, state.limits.cellTime);
      return proceed(driver.resume, { answers, at });
    },
    execute: ({ at, timeLimit, stdin, ...program }) => {
      clock.start(at, timeLimit);
      clock.deadline = clock.now + timeLimit * NANOSECONDS;
      return proceed(driver.execute, { ...program, stdin: Buffer.from(stdin).toString('hex') });
    },
    readFiles: () => {
      const { root, nextInode } = captureFiles(python, parts.files);
      return { root, nextInode };
    },
    writeFiles: (files) =>
      putFiles(replaceFiles(captureFiles(python, parts.files), files, WORKING_DIRECTORY)),
    epoch: () => state.epoch,
    takePrinted: output.take,
    takeInterrupted: parts.meter.takeInterrupted,
    heapSize: () => python.HEAPU8.length,
  };
}
