import type { Cell, CellNote } from '../protocol/sandbox.ts';
import type { DriverSources } from './snapshot-contents.ts';
import type { ContainerImage, Files, FreshContainer } from './container-image.ts';
import type { Wheel } from './packages/find-wheels.ts';
import type { WasmModule } from './wasm.ts';
import type { MessagePort } from 'node:worker_threads';

/**
 * What the host and a worker say to each other: plain data only. A worker is told `build` or `boot` first, then gets one
 * task at a time.
 */
export type ToWorker = BuildMessage | BootMessage | TaskMessage;

/** Make a snapshot. Answered by `built`; the worker is of no further use. */
export interface BuildMessage {
  readonly kind: 'build';
  readonly wasm: WasmModule;
  readonly driver: DriverSources;
}

/** Boot from a snapshot. Answered by `ready`. */
export interface BootMessage {
  readonly kind: 'boot';
  readonly wasm: WasmModule;
  /** Shared memory: one copy for all workers. */
  readonly snapshot: Uint8Array;
  readonly maxHeap: number;
  /** Packages to load, in this order. Their bytes are in shared memory. */
  readonly wheels: readonly Wheel[];
  /**
   * Two words. A blocked worker sleeps on the first and is woken when its answers are in `answers`; the second is set to
   * interrupt the cell that runs.
   */
  readonly wake: SharedArrayBuffer;
  readonly answers: MessagePort;
}

/** Run a cell, or run on. Answered by `saved` when `save` is set, then by `outcome` when there is a step. */
export interface TaskMessage {
  readonly kind: 'task';
  /** Send an image of the container that is in the interpreter, before anything else. */
  readonly save: boolean;
  /** The container to put in; absent when it is there already. */
  readonly load?: Load | undefined;
  /** What it has done since it was as loaded: done again first, without an outcome. */
  readonly replay: readonly Step[];
  readonly step?: Step | undefined;
}

export type Load =
  | { readonly kind: 'fresh'; readonly container: FreshContainer }
  | { readonly kind: 'image'; readonly image: ContainerImage };

export type Step =
  | ({ readonly kind: 'run' } & CellStart)
  | ({ readonly kind: 'resume' } & PinnedAnswers)
  /** Runs a program on these files; the outcome has the files after it. */
  | ({ readonly kind: 'execute'; readonly files: Files } & ProcessStart)
  /** Asks for the container's files. */
  | { readonly kind: 'read'; readonly at: number }
  /** Puts these in their place. */
  | { readonly kind: 'write'; readonly files: Files; readonly at: number };

/** A cell, on its way to the interpreter. */
export interface CellStart extends Pick<Cell, 'code' | 'tools' | 'at' | 'delay' | 'fresh'> {
  readonly cell: string;
  /** What the cell finds in `os.environ` besides what is there. */
  readonly environment?: Readonly<Record<string, string>> | undefined;
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

/** What wakes a blocked worker: answers, or word that its cell is to be dropped; `ready` answers the latter. */
export type WakeUp = PinnedAnswers | 'drop';

export interface PinnedAnswers {
  readonly answers: readonly CallAnswer[];
  readonly at: number;
}

export interface CallAnswer {
  readonly key: string;
  readonly content: string;
  readonly raise: boolean;
}

/** A call as the driver reports it. */
export interface CallRequest {
  readonly key: string;
  readonly name: string;
  /** A JSON object, as text. */
  readonly input: string;
  readonly line: number | null;
}

export type FromWorker =
  | { readonly kind: 'built'; readonly snapshot: Uint8Array<ArrayBuffer> }
  /** With the size of its heap before there is any container, in bytes. */
  | { readonly kind: 'ready'; readonly heap?: number | undefined }
  | { readonly kind: 'saved'; readonly image: ContainerImage }
  /** What was to be done again has been done; the step itself begins. */
  | { readonly kind: 'replayed' }
  | OutcomeMessage
  /** What was asked could not be done. The worker is of no further use. */
  | { readonly kind: 'failed'; readonly message: string };

/** How far a task got. */
export interface OutcomeMessage {
  readonly kind: 'outcome';
  readonly state: 'paused' | 'finished';
  /** Calls made since the last pause. */
  readonly calls: readonly CallRequest[];
  readonly returnCode: number;
  /** The worker is blocked: only it can take the answers. */
  readonly pinned: boolean;
  /** What was printed since the last outcome. */
  readonly stdout: Uint8Array;
  readonly stderr: Uint8Array;
  /** Bytes of stdout and stderr that were not kept. */
  readonly droppedStdout: number;
  readonly droppedStderr: number;
  /** Virtual milliseconds. */
  readonly at: number;
  /** Keys of answers that came too late. */
  readonly late: readonly string[];
  readonly notes: readonly CellNote[];
  /** The cell's time was up. */
  readonly timedOut: boolean;
  /** The watchdog interrupted the cell. */
  readonly nondeterministic: boolean;
  /** Size of the interpreter's heap, in bytes. */
  readonly heap: number;
  /** The container after a step that another run would not repeat. */
  readonly image?: ContainerImage | undefined;
  /** What a step asked for. */
  readonly files?: Files | undefined;
  /** Wall-clock time of the container's virtual time 0, with `files`. */
  readonly epoch?: number | undefined;
}
