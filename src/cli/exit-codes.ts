/** What the command line's exit status says. */
export const EXIT = {
  ok: 0,
  failed: 1,
  invalid: 2,
  cut: 3,
  version: 4,
  unknown: 5,
  unreadable: 6,
  upstream: 7,
  port: 8,
} as const;

/** The same in words. */
export const EXIT_MEANINGS: Readonly<Record<keyof typeof EXIT, string>> = {
  ok: 'all is well',
  failed: 'what was looked at is not as it should be',
  invalid: 'nothing to judge: bad usage, a missing file, a file that is not valid',
  cut: 'a cassette whose last exchange is cut',
  version: 'a cassette of a version that is not known',
  unknown: 'no cassette and no recording, or a broken one',
  unreadable: 'a file or folder that cannot be read or written',
  upstream: 'the API that was to be recorded could not be reached',
  port: 'the port is taken, or cannot be listened on',
};
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
