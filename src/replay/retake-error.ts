/**
 * - `turn.unknown`: the cassette has no such turn.
 * - `turn.missed`: nobody asked for the turn, or what came after it.
 * - `turn.unfinished`: the turn did not come to its end; `status` is what the API answered last, if it refused.
 */
export type RetakeErrorCode = 'turn.unknown' | 'turn.missed' | 'turn.unfinished';

/** A turn that could not be recorded again. */
export class RetakeError extends Error {
  override readonly name = 'RetakeError';
  readonly code: RetakeErrorCode;

  constructor(code: RetakeErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}
