import type { HonoRequest } from 'hono';
import { ApiError } from '../protocol/errors.ts';

/** What a request for something else is told. */
export function unknownRoute({ method, path }: HonoRequest): ApiError {
  return new ApiError('not_found_error', `callsheet does not serve ${method} ${path}.`, {
    rule: 'route.unknown',
    fix: 'callsheet serves POST /v1/messages.',
  });
}
