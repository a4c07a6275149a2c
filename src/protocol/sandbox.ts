/**
 * What a cell does: the interface between the machine and whatever runs (or recalls) Python.
 *
 * All times are virtual milliseconds since the session's epoch. A container moves time only while it has the
 * ball: it is told the time when a cell starts or its answers arrive, and tells the time when it hands back.
 */
export interface Sandbox {
  /** Makes an empty container: no variables, no files of its own. */
  createContainer(options: ContainerOptions): Promise<SandboxContainer>;
  /** Ends every container and frees what they hold. Nothing can run afterwards. */
  dispose(): Promise<void>;
}

export interface ContainerOptions {
  /** The container's id, as in the API's `container.id`. Unique within the sandbox. */
  readonly id: string;
  /** Seeds everything random inside the container. */
  readonly seed: string;
  /** Wall-clock time of virtual time 0, in milliseconds since 1970. */
  readonly epoch: number;
}

/** One container: an interpreter whose variables persist from cell to cell. It runs one cell at a time. */
export interface SandboxContainer {
  readonly id: string;
  /** Starts a cell and runs it until it ends or only tool results can make progress. */
  run(cell: Cell): Promise<CellOutcome>;
  /** Answers every outstanding call of the waiting cell and runs on. Fails when no cell waits. */
  resume(answers: readonly CallAnswer[], at: number): Promise<CellOutcome>;
  /** Ends the container, also in the middle of a cell. */
  dispose(): Promise<void>;
}

export interface Cell {
  /** The id of the cell's `server_tool_use` block; it names the cell's file in tracebacks. */
  readonly id: string;
  readonly code: string;
  /** Names of the client tools the code may call: coroutine functions taking one dict, returning `str`. */
  readonly tools: readonly string[];
  /** Virtual time at which the cell starts. */
  readonly at: number;
}

/** A call of a client tool that the code is waiting for. */
export interface CellCall {
  /** Names the call within its container. Not a wire id. */
  readonly key: string;
  readonly name: string;
  readonly input: Record<string, unknown>;
  /** Line of the cell's code (1-based) that made the call, when it was made from a cell's code. */
  readonly line?: number | undefined;
}

/** The client's answer to a call. */
export interface CallAnswer {
  readonly key: string;
  /** What the awaiting code receives. */
  readonly content: string;
  /** Raise the content as an exception instead of returning it. Default: false. */
  readonly raise?: boolean | undefined;
}

export type CellOutcome = CellPaused | CellFinished;

/** Only tool results can make progress. `calls` are the new ones, in the order the code made them. */
export interface CellPaused {
  readonly state: 'paused';
  readonly calls: readonly CellCall[];
  readonly at: number;
}

export interface CellFinished {
  readonly state: 'finished';
  readonly stdout: string;
  readonly stderr: string;
  readonly return_code: number;
  readonly at: number;
}
