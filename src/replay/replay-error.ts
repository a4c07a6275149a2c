/**
 * - `exchange.missed`: nothing recorded answers a request.
 * - `exchange.unplayed`: a recorded exchange was never asked for.
 * - `session.different`: what happened is not what was recorded.
 */
export interface ReplayFailure {
  readonly code: 'exchange.missed' | 'exchange.unplayed' | 'session.different';
  readonly message: string;
}

/** A replay that did not go as recorded. Its message is that of its failures. */
export class ReplayError extends Error {
  override readonly name = 'ReplayError';
  readonly code = 'replay.failed';
  readonly failures: readonly ReplayFailure[];

  constructor(failures: readonly ReplayFailure[]) {
    super(failures.map(({ message }) => message).join('\n\n'));
    this.failures = failures;
  }
}
