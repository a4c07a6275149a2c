/** What the command line's exit status says. */
export const EXIT = {
  ok: 0,
  /** What was looked at is not as it should be. */
  failed: 1,
  /** Nothing to judge: bad usage, a missing file, a file that is not a scenario. */
  invalid: 2,
} as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** A command cannot do what it was asked. The message is all there is to say. */
export class UsageError extends Error {
  override readonly name: string = 'UsageError';
  readonly code = 'usage';
}
