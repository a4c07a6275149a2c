import type { WireEvent } from '../../protocol/stream-events.ts';

/** HTTP exchanges that somebody recorded, in whatever format they were kept. */
export interface Recording {
  readonly format: RecordingFormat;
  readonly exchanges: readonly Exchange[];
}

/**
 * - `vcr`: YAML or JSON of VCR (Python: `interactions`, Ruby: `http_interactions`).
 * - `when-then`: YAML documents of httpmock.
 * - `exchanges`: JSON, a list of requests with their responses, or one of them.
 * - `body`: JSON, the body of one response, or a list of bodies.
 * - `sse`: the text of one or more streamed responses.
 * - `event-lines`: the data of the events of one or more streamed responses, one a line.
 */
export type RecordingFormat = 'vcr' | 'when-then' | 'exchanges' | 'body' | 'sse' | 'event-lines';

export interface Exchange {
  /** Absent where only responses were kept. */
  readonly request?: RecordedRequest | undefined;
  readonly response: RecordedResponse;
}

/** Header names are lower case; a header that came more than once has its values joined by commas. */
export type Headers = Readonly<Record<string, string>>;

export interface RecordedRequest {
  readonly method: string;
  /** Such as `https://api.anthropic.com`; absent where it was not kept. */
  readonly origin?: string | undefined;
  /** Path and query, such as `/v1/messages?beta=true`. */
  readonly path: string;
  readonly headers: Headers;
  /** The body, when it is JSON. */
  readonly body?: unknown;
  /** The body, when it is not empty and no JSON. */
  readonly text?: string | undefined;
}

export interface RecordedResponse {
  /** Where only a body was kept: 200, or the status of the error's type. */
  readonly status: number;
  readonly headers: Headers;
  /** The body, when it is JSON. */
  readonly body?: unknown;
  /** The body, when it is not empty and neither JSON nor a stream. */
  readonly text?: string | undefined;
  /** The body, when it is a stream of server-sent events. */
  readonly stream?: RecordedStream | undefined;
}

export interface RecordedStream {
  /** The text of the stream. Where only the events' data was kept it is framed as the API frames it. */
  readonly raw: string;
  readonly events: readonly WireEvent[];
}

/**
 * - `format.unknown`: the text is no recording in any format known.
 * - `recording.broken`: the format is known, but something in it is missing or no valid JSON.
 */
export type RecordingErrorCode = 'format.unknown' | 'recording.broken';

/** A text that cannot be read as a recording. */
export class RecordingError extends Error {
  override readonly name = 'RecordingError';
  readonly code: RecordingErrorCode;
  /** Why, without the file's name. */
  readonly reason: string;

  constructor(
    code: RecordingErrorCode,
    reason: string,
    details: { readonly file?: string | undefined; readonly cause?: unknown } = {},
  ) {
    const { file, cause } = details;
    super(`Failed to read ${file ? `"${file}"` : 'a text'} as a recording: ${reason}`, { cause });
    this.code = code;
    this.reason = reason;
  }
}

/** The error for a recording of a known format with something wrong in it. */
export function broken(reason: string, cause?: unknown): RecordingError {
  return new RecordingError('recording.broken', reason, { cause });
}
