import type { Middleware } from '@anthropic-ai/sdk';
import type { Recorder } from '../cassette/recorder.ts';

/**
 * Middleware of the SDK that records each attempt of a request, as it stands when it goes out to the network or to
 * middleware behind this one: `new Anthropic({ middleware: [recordingMiddleware(recorder)] })`. Whatever backend the
 * client talks to, what is recorded is the traffic of the Messages API.
 */
export function recordingMiddleware(recorder: Pick<Recorder, 'around'>): Middleware {
  return (request, next) => {
    const { url, ...init } = request;
    const record = recorder.around((input) =>
      next(
        // A body that can be read but once was read into a request of its own.
        input instanceof Request
          ? { ...request, headers: input.headers, body: input.body, duplex: 'half' }
          : request,
      ),
    );
    return record(url, init);
  };
}
