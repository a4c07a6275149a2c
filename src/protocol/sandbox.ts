import type { TextEditorResult } from './command-results.ts';
import type {
  BashCommand,
  BashOutcome,
  ContainerFile,
  TextEditorCommand,
} from './container-tools.ts';

/**
 * What a cell does: the interface between the machine and whatever runs (or recalls) Python.
 *
 * All times are virtual milliseconds since the session's epoch. A container moves time only while it has the
 * ball: it is told the time when a cell starts or its answers arrive, and tells the time when it hands back.
 */
export interface Sandbox {
  /** Makes an empty container: no variables, no files of its own. */
  createContainer(options: ContainerOptions): Promise<SandboxContainer>;
  /**
   * Makes a container from a checkpoint, here or in another process. Absent where containers cannot be saved. Fails when
   * the checkpoint is damaged or was made by another version.
   */
  restoreContainer?(
    checkpoint: Uint8Array,
    options: { readonly id: string },
  ): Promise<SandboxContainer>;
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
  /**
   * The container as bytes, for `Sandbox.restoreContainer`: between cells, or while a cell waits for answers. Equal
   * containers give equal bytes. Fails while a cell runs. Absent where containers cannot be saved.
   */
  checkpoint?(): Promise<Uint8Array>;
  /** A second container that goes on from where this one is, in the same sandbox. The same conditions. */
  fork?(options: { readonly id: string }): Promise<SandboxContainer>;
  /**
   * Runs a command of the bash tool: a shell and processes of its own on the container's files. Not while a cell waits.
   * Absent where only cells run.
   */
  bash?(command: BashCommand): Promise<BashOutcome>;
  /** Does what a command of the text editor says. The same conditions. */
  edit?(command: TextEditorCommand & { readonly at: number }): Promise<TextEditorResult>;
  /** The same for commands that were sent together: where they get in each other's way, they fail as the API's do. */
  editTogether?(
    commands: readonly TextEditorCommand[],
    at: number,
  ): Promise<readonly TextEditorResult[]>;
  /** Where uploaded files are: `$INPUT_DIR`. */
  readonly inputDirectory?: string;
  /** Puts a file into `$INPUT_DIR`, or where an absolute path says. `at`: virtual time. Default: 0. */
  writeFile?(path: string, bytes: Uint8Array, at?: number): Promise<void>;
  /** What is in a file. Fails when it is not there. */
  readFile?(path: string): Promise<Uint8Array>;
  /** Names in `$INPUT_DIR`, or in another folder. */
  listFiles?(path?: string): Promise<readonly string[]>;
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
  /** Virtual milliseconds that pass before its first line and count against its limit. Default: 0. */
  readonly delay?: number | undefined;
  /** Run it in a new process: files stay, variables of earlier cells are gone. Default: false. */
  readonly fresh?: boolean | undefined;
  /** Give it an empty `$OUTPUT_DIR` and hand over what is in it at the end. Default: false. */
  readonly outputs?: boolean | undefined;
}

/** A call of a client tool that the code is waiting for. */
export interface CellCall {
  /** Names the call within its container. Not a wire id. */
  readonly key: string;
  readonly name: string;
  readonly input: Record<string, unknown>;
  /**
   * The input as the JSON text the code sent, when `input` cannot hold it exactly: it has integers beyond 2^53.
   */
  readonly inputText?: string | undefined;
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

/** What both kinds of outcome may carry. */
export interface CellRemarks {
  /**
   * Keys of the answers that came after the code had stopped waiting for them, because nobody answered in time. They were
   * dropped.
   */
  readonly late?: readonly string[] | undefined;
  /** Real time had to end something: another run of the same cell may end elsewhere. */
  readonly nondeterministic?: boolean | undefined;
}

/** A use of something the real sandbox does not have. */
export interface CellNote {
  /** What was used, as in `itertools.batched`. */
  readonly name: string;
  /** The first version of Python that has it. */
  readonly since: string;
  /** Line of the cell's code (1-based). */
  readonly line: number;
}

/** Only tool results can make progress. `calls` are the new ones, in the order the code made them. */
export interface CellPaused extends CellRemarks {
  readonly state: 'paused';
  readonly calls: readonly CellCall[];
  readonly at: number;
}

export interface CellFinished extends CellRemarks {
  readonly state: 'finished';
  readonly stdout: string;
  readonly stderr: string;
  readonly return_code: number;
  readonly at: number;
  /** The files in the cell's `$OUTPUT_DIR`, when it had one. */
  readonly files?: readonly ContainerFile[] | undefined;
  /** The cell was ended by its time limit. */
  readonly timedOut?: boolean | undefined;
  /** How many bytes of output were dropped, because there were more than the sandbox keeps. */
  readonly dropped?: { readonly stdout: number; readonly stderr: number } | undefined;
  /** Uses of names newer than the Python the real sandbox runs. */
  readonly notes?: readonly CellNote[] | undefined;
}
