import { bypass, http, HttpResponse, type HttpHandler } from 'msw';
import type { Recorder } from '../cassette/recorder.ts';
import type { HandlersOptions } from './handlers.ts';

/**
 * MSW handlers that let everything sent to the API's host through to it, and record it:
 * `setupServer(...recordingHandlers(recorder))`. What a handler before them answers is not recorded.
 */
export function recordingHandlers(
  recorder: Pick<Recorder, 'fetch'>,
  options: HandlersOptions = {},
): HttpHandler[] {
  const { origin = 'https://api.anthropic.com' } = options;
  return [
    http.all(`${origin}/*`, async ({ request }) => {
      const { url, method, headers, signal } = bypass(request);
      const body = await request.arrayBuffer();
      // Servers in the same process may have a `Request` of their own, so none is passed on.
      const init = { method, headers, signal, ...(body.byteLength > 0 && { body }) };
      // An exception would become a response of status 500; the client is to see its connection fail.
      return recorder.fetch(url, init).catch(() => HttpResponse.error());
    }),
  ];
}
