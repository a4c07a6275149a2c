import { http, type HttpHandler } from 'msw';
import type { FakeApi } from '../api/create-fake-api.ts';

export interface HandlersOptions {
  /** Origin to answer for. Default: `https://api.anthropic.com`. */
  readonly origin?: string | undefined;
}

/**
 * MSW handlers that pass everything sent to the API's host to a fake: `setupServer(...handlers(api))`. What the fake
 * does not serve is its 404. They hold no state of their own, and leave every other host, and what a handler before
 * them answers, alone.
 */
export function handlers(
  { fetch }: Pick<FakeApi, 'fetch'>,
  options: HandlersOptions = {},
): HttpHandler[] {
  const { origin = 'https://api.anthropic.com' } = options;
  return [http.all(`${origin}/*`, ({ request }) => fetch(request))];
}
