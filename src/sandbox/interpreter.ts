import { Buffer } from 'node:buffer';
import { bootPython, heapIn } from './boot.ts';
import { bootMachine, virtualDate } from './build-snapshot.ts';
import { type ClockBlock, createClockBlock } from './clock-block.ts';
import { closeRealm } from './close-realm.ts';
import type { ContainerImage, Files, FreshContainer } from './container-image.ts';
import { type CpuMeter, createCpuMeter } from './cpu-meter.ts';
import { causeOfDeath } from './death.ts';
import { type Exchange, setUpFiles } from './devices.ts';
import { type Progress, readProgress } from './driver-messages.ts';
import { limitFiles } from './file-quota.ts';
import { type InterpreterMemory, openMemory } from './interpreter-memory.ts';
import { withDefaults } from './limits.ts';
import { type Driver, forgetApi, openDriver } from './open-driver.ts';
import type { Printed } from './output.ts';
import type { Wheel } from './packages/find-wheels.ts';
import { loadWheels } from './packages/load-wheels.ts';
import type { PythonModule } from './python-module.ts';
import { seedRandom } from './random-stream.ts';
import { captureStreams, type StandardStreams } from './standard-streams.ts';
import type { WasmModule } from './wasm.ts';
import type { CallAnswer, CellStart, ProcessStart } from './worker-protocol.ts';

const NANOSECONDS = 1_000_000;

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
  const occupant: Occupant = {
    seed: '',
    epoch: 0,
    generation: 0,
    limits: withDefaults(),
    input: '',
  };
  const output = captureStreams(booted.api, () => occupant.limits);
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
  const snapshot = heapIn(options.snapshot);
  const memory = openMemory({ python, machine, snapshot }, files, quota);
  return operate({ python, clock, meter, output, driver, memory, occupant });
}

/** The container that is in, as far as it is not in memory; another one is assigned to it. */
interface Occupant extends FreshContainer {
  generation: number;
}

interface Parts {
  readonly python: PythonModule;
  readonly clock: ClockBlock;
  readonly meter: CpuMeter;
  readonly output: StandardStreams;
  readonly driver: Driver;
  readonly memory: InterpreterMemory;
  readonly occupant: Occupant;
}

function operate({ python, clock, meter, output, driver, memory, occupant }: Parts): Interpreter {
  const startProcess = (): void => {
    const { seed, generation, limits, input } = occupant;
    const { now } = clock;
    // Not at the price the cell before left behind, nor at any: this is our work, not a cell's.
    meter.start(limits.iterations);
    driver.open(
      JSON.stringify({ seed: generation === 0 ? seed : `${seed}#${generation}`, limits, input }),
    );
    clock.now = now;
  };
  /** The next process of the container: nothing of the one before is left but its files. */
  const startOver = (): void => {
    clock.settle();
    const { now } = clock;
    memory.rewind();
    clock.now = now;
    clock.epoch = occupant.epoch;
    occupant.generation += 1;
    startProcess();
  };
  const proceed = (step: (text: string) => string, message: object): Progress => {
    memory.touch();
    meter.start(occupant.limits.iterations);
    const stack = python.stackSave();
    try {
      const progress = readProgress(step(JSON.stringify(message)));
      const isLost = progress.state === 'finished' && progress.timed_out;
      if (isLost && occupant.limits.cellTimeoutState === 'lost') startOver();
      return progress;
    } catch (error) {
      python.stackRestore(stack);
      const death = causeOfDeath(error);
      output.print(death.message);
      startOver();
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
      memory.clear(seedRandom(container.seed));
      clock.now = 0;
      clock.epoch = container.epoch;
      Object.assign(occupant, container, { generation: 0 });
      python.FS.mkdirTree(container.input, 0o755);
      startProcess();
    },
    save: () => ({ ...memory.take(), ...occupant }),
    restore: (image) => {
      memory.put(image);
      const { seed, epoch, generation, limits, input } = image;
      Object.assign(occupant, { seed, epoch, generation, limits, input });
    },
    run: ({ at, fresh, ...cell }) => {
      const { cellTime } = occupant.limits;
      clock.start(at, cellTime);
      if (fresh) startOver();
      clock.deadline = clock.now + cellTime * NANOSECONDS;
      return proceed(driver.run, cell);
    },
    resume: (answers, at) => {
      // The answers themselves move it to when they come.
      clock.start(0, occupant.limits.cellTime);
      return proceed(driver.resume, { answers, at });
    },
    execute: ({ at, timeLimit, stdin, ...program }) => {
      clock.start(at, timeLimit);
      clock.deadline = clock.now + timeLimit * NANOSECONDS;
      return proceed(driver.execute, { ...program, stdin: Buffer.from(stdin).toString('hex') });
    },
    readFiles: () => memory.readFiles(),
    writeFiles: (files) => memory.writeFiles(files),
    epoch: () => occupant.epoch,
    takePrinted: output.take,
    takeInterrupted: meter.takeInterrupted,
    heapSize: () => python.HEAPU8.length,
  };
}
