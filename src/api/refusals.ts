import type { ApiError } from '../protocol/errors.ts';
import type { IdSource } from '../transcript/ids.ts';
import type { Transcript } from '../transcript/transcript.ts';
import type { ApiResponse, ResponseHeaders } from './exchange.ts';
import type { HeaderSource } from './headers.ts';
import { errorResponse } from './responses.ts';

/** Refuses a request that reaches no session, and records it under the session `""`. */
export type Refuse = (error: ApiError, body: unknown, options?: RefuseOptions) => ApiResponse;

export interface RefuseOptions {
  /** Default: the one of the error's type. */
  readonly status?: number | undefined;
  /** More headers. Default: none. */
  readonly headers?: ResponseHeaders | undefined;
}

export function createRefusals({
  ids,
  headers: source,
  transcript,
}: {
  readonly ids: IdSource;
  readonly headers: HeaderSource;
  readonly transcript: Transcript;
}): Refuse {
  return (error, body, { status = error.status, headers } = {}) => {
    const request = ids.next('request');
    const stamp = { session: '', at: 0, request };
    const { message, broken } = error;
    transcript.append({ ...stamp, type: 'request.received', body });
    if (broken) transcript.append({ ...stamp, type: 'finding', message, ...broken });
    const answer = { ...error.toBody(request) };
    transcript.append({ ...stamp, type: 'response.sent', status, body: answer });
    return errorResponse(request, error, { ...source.always(request), ...headers }, status);
  };
}
