import { ApiError } from '../protocol/errors.ts';
import type { ServiceError } from '../schedule/schedule.ts';

/** What the API says when it fails by itself (documented error types; the words are those of its documentation). */
const WORDS: Record<ServiceError, string> = {
  rate_limit_error: 'Number of requests has exceeded your per-minute rate limit',
  api_error: 'Internal server error',
  timeout_error: 'Request timed out',
  overloaded_error: 'Overloaded',
};

/** An error of the API that is no fault of the client: it breaks no rule and leaves no finding. */
export function serviceError(type: ServiceError): ApiError {
  return new ApiError(type, WORDS[type]);
}
