/** What the command line's exit status says. */
export const EXIT = {
  ok: 0,
  /** What was looked at is not as it should be. */
  failed: 1,
  /** Nothing to judge: bad usage, a missing file, a file that is not a scenario. */
  invalid: 2,
  /** A cassette whose last exchange is cut. */
  cut: 3,
  /** A cassette of a version that is not known. */
  version: 4,
  /** No cassette and no recording, or a broken one. */
  unknown: 5,
  /** A file or folder that cannot be read or written. */
  unreadable: 6,
  /** The API that was to be recorded could not be reached. */
  upstream: 7,
  /** The port is taken, or cannot be listened on. */
  port: 8,
} as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** A command cannot do what it was asked. The message is all there is to say. */
export class UsageError extends Error {
  override readonly name: string = 'UsageError';
  readonly code = 'usage';
  readonly exitCode: ExitCode;

  constructor(message: string, exitCode: ExitCode = EXIT.invalid) {
    super(message);
    this.exitCode = exitCode;
  }
}
