import { http, type HttpHandler } from 'msw';
import type { FakeApi } from '../api/create-fake-api.ts';

export interface HandlersOptions {
  /** Origin to answer for. Default: `https://api.anthropic.com`. */
  readonly origin?: string | undefined;
}

/**
 * MSW handlers that pass the Messages API's requests to a fake: `setupServer(...handlers(api))`. They hold no state
 * of their own, compose with other handlers and leave every other path alone.
 */
export function handlers(api: FakeApi, options: HandlersOptions = {}): HttpHandler[] {
  const { origin = 'https://api.anthropic.com' } = options;
  return [http.post(`${origin}/v1/messages`, ({ request }) => api.fetch(request))];
}
