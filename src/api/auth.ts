import { ApiError } from '../protocol/errors.ts';
import type { ApiRequest } from './exchange.ts';

export interface AuthOptions {
  /** Keys that are accepted, as `x-api-key` or as a bearer token. */
  readonly keys: readonly string[];
}

/** Old clients send `x-api-key`, new ones a bearer token (SDK 1.0, October 2026); both are served. */
export function authenticate(
  request: ApiRequest,
  auth: AuthOptions | undefined,
): ApiError | undefined {
  if (!auth) return undefined;
  const bearer = request.header('authorization')?.replace(/^Bearer /i, '');
  const key = request.header('x-api-key') ?? bearer;
  if (key !== undefined && auth.keys.includes(key)) return undefined;
  return new ApiError('authentication_error', 'API key is invalid.', {
    rule: 'auth.invalid',
    fix: 'Send one of the keys the fake was given, as `x-api-key` or as a bearer token.',
  });
}
