import type { AnsweredExchange } from '../exchange.ts';

/** HTTP exchanges that somebody recorded, in whatever format they were kept. */
export interface Recording {
  readonly format: RecordingFormat;
  readonly exchanges: readonly AnsweredExchange[];
}

/**
 * - `vcr`: YAML or JSON of VCR (Python and Go: `interactions`, Ruby: `http_interactions`).
 * - `nock`: JSON, the definitions of nock.
 * - `when-then`: YAML documents of httpmock.
 * - `exchanges`: JSON, a list of requests with their responses, or one of them.
 * - `har`: HTTP Archive, JSON.
 * - `body`: JSON, the body of one response, or a list of bodies.
 * - `sse`: the text of one or more streamed responses.
 * - `http`: one response with its head, as `curl -i` prints it.
 * - `notebook`: a notebook of Jupyter whose cells printed any of the others.
 * - `event-lines`: the data of the events of one or more streamed responses, one a line.
 */
export type RecordingFormat =
  | 'vcr'
  | 'nock'
  | 'when-then'
  | 'exchanges'
  | 'har'
  | 'body'
  | 'sse'
  | 'http'
  | 'notebook'
  | 'event-lines';

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
