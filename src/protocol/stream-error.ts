/**
 * Why a stream gives no message.
 * - `cut`: it ended before `message_stop`.
 * - `failed`: it carried an `error` event.
 * - `malformed`: its events contradict each other, or are no events at all.
 * - `unread`: it has events or deltas of unknown types, so its message may lack something.
 */
export type StreamErrorCode = 'cut' | 'failed' | 'malformed' | 'unread';

/** A stream that does not add up to a message. */
export class StreamError extends Error {
  override readonly name = 'StreamError';
  readonly code: StreamErrorCode;

  constructor(code: StreamErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
