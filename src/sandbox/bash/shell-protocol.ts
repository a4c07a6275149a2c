import type { FileImage } from '../file-image.ts';

/** What the host and the shell's thread say to each other: plain data only, one command at a time. */
export type ToShell = ShellCommand | ProcessResult;
export type FromShell =
  | { readonly kind: 'ready' }
  | ProcessStart
  | ShellOutcome
  /** What was asked could not be done. The thread is of no further use. */
  | { readonly kind: 'failed'; readonly message: string };

/** The files of a container and the time it is there, in virtual milliseconds. */
export interface Disk {
  readonly root: FileImage['root'];
  readonly nextInode: number;
  readonly at: number;
}

/** Run this. Answered by any number of `process` and then `done`. */
export interface ShellCommand extends Disk {
  readonly kind: 'command';
  readonly command: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly directory: string;
  /** Seeds `$RANDOM` and whatever else is random. */
  readonly seed: string;
  /** Wall-clock time of virtual time 0, in milliseconds since 1970. */
  readonly epoch: number;
  /** Virtual milliseconds the command may take. */
  readonly timeLimit: number;
  /** Bytes of stdout and of stderr that are kept. */
  readonly outputLimit: number;
}

/** The command starts Python. Answered by `result`. */
export interface ProcessStart extends Disk {
  readonly kind: 'process';
  /** The arguments, without the name of the program. */
  readonly arguments: readonly string[];
  readonly stdin: Uint8Array;
  readonly environment: Readonly<Record<string, string>>;
  readonly directory: string;
  /** Virtual milliseconds it may take. */
  readonly timeLimit: number;
}

export interface ProcessResult extends Disk {
  readonly kind: 'result';
  readonly stdout: Uint8Array;
  readonly stderr: Uint8Array;
  readonly returnCode: number;
}

export interface ShellOutcome extends Disk {
  readonly kind: 'done';
  readonly stdout: string;
  readonly stderr: string;
  readonly returnCode: number;
  /** A limit ended it: time, commands, loop iterations. */
  readonly exceeded: boolean;
}
