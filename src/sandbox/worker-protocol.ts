import type { DriverSources } from './snapshot-contents.ts';
import type { CellStart, ContainerImage, FreshContainer } from './interpreter.ts';
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
  /** A blocked worker sleeps on the first word and is woken when its answers are in `answers`. */
  readonly wake: SharedArrayBuffer;
  readonly answers: MessagePort;
}

/** Run a cell, or run on. Answered by `evicted` when `evict` is set, then `outcome`. */
export interface TaskMessage {
  readonly kind: 'task';
  /** Hand the container that is in the interpreter back before another is put in. */
  readonly evict: boolean;
  /** The container to put in; absent when it is there already. */
  readonly load?: Load | undefined;
  readonly step: Step;
}

export type Load =
  | { readonly kind: 'fresh'; readonly container: FreshContainer }
  | { readonly kind: 'image'; readonly image: ContainerImage };

export type Step =
  | ({ readonly kind: 'run' } & CellStart)
  | ({ readonly kind: 'resume' } & PinnedAnswers);

/** What wakes a blocked worker. */
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
  | { readonly kind: 'ready' }
  | { readonly kind: 'evicted'; readonly image: ContainerImage }
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
  /** Virtual milliseconds. */
  readonly at: number;
}
