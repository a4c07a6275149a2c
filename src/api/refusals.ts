import type { ApiError } from '../protocol/errors.ts';
import { createIdSource } from '../transcript/ids.ts';
import type { Transcript } from '../transcript/transcript.ts';
import { errorResponse } from './responses.ts';

/** Refuses a request that reaches no session, and records it under the session `""`. */
export type Refuse = (error: ApiError, body: unknown) => Response;

export function createRefusals(seed: string, transcript: Transcript): Refuse {
  const ids = createIdSource(seed, '');
  return (error, body) => {
    const request = ids('request');
    const stamp = { session: '', at: 0, request };
    const { message, broken, status } = error;
    transcript.append({ ...stamp, type: 'request.received', body });
    transcript.append({ ...stamp, type: 'finding', message, ...broken });
    const answer = { ...error.toBody(request) };
    transcript.append({ ...stamp, type: 'response.sent', status, body: answer });
    return errorResponse(request, error);
  };
}
