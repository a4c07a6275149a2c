/** What went wrong, for programs. */
export type SandboxErrorCode =
  /** Another container of the sandbox has this id. */
  | 'container.exists'
  /** The container runs or waits in a cell already. */
  | 'container.busy'
  /** No cell waits for answers. */
  | 'container.not_waiting'
  /** The container was disposed of, perhaps in the middle of a cell. */
  | 'container.disposed'
  /** The answers do not fit the calls that wait. */
  | 'answers.mismatch'
  /** The sandbox was disposed of. */
  | 'sandbox.disposed'
  /** Python could not be started. */
  | 'python.unavailable'
  /** The bytes are no checkpoint, or one of another version. */
  | 'checkpoint.unusable'
  /** The shell cannot run: just-bash is not installed, or failed. */
  | 'bash.unavailable'
  /** There is no wheel of a package. */
  | 'package.missing'
  /** The container has no such file. */
  | 'file.missing'
  /** Two workers died in the middle of the cell. */
  | 'worker.died';

/** A failure of the sandbox itself, or of the way it was used. What a cell does wrong is an ordinary outcome. */
export class SandboxError extends Error {
  override readonly name = 'SandboxError';
  readonly code: SandboxErrorCode;

  constructor(code: SandboxErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
