import { Hono } from 'hono';
import { createSessions } from '../machine/sessions.ts';
import { ApiError } from '../protocol/errors.ts';
import { DEFAULT_FIDELITY, type Fidelity } from '../protocol/fidelity.ts';
import type { Sandbox } from '../protocol/sandbox.ts';
import type { Script } from '../protocol/script.ts';
import { sharedSandbox } from '../sandbox/pyodide.ts';
import { DEFAULT_EPOCH } from '../transcript/clock.ts';
import { createIdSource } from '../transcript/ids.ts';
import { createTranscript, type Transcript } from '../transcript/transcript.ts';
import { abortable } from './abortable.ts';
import { authenticate, type AuthOptions } from './auth.ts';
import { createCountTokensRoute } from './count-tokens-route.ts';
import { createHeaders } from './headers.ts';
import { createMessagesRoute } from './messages-route.ts';
import { createModelsRoutes } from './models-route.ts';
import { createRefusals } from './refusals.ts';
import { serveRoutes } from './routes.ts';

export interface FakeApiOptions {
  /** What Claude says and runs. */
  readonly script: Script;
  /** What cells do. Default: real Python in Pyodide; its workers are shared by all fakes of the process. */
  readonly sandbox?: Sandbox | undefined;
  /** Ids and all randomness derive from it. Default: `callsheet`. */
  readonly seed?: string | undefined;
  /** Wall-clock time of virtual time 0, in milliseconds since 1970. Default: 2035-01-01T00:00:00Z. */
  readonly epoch?: number | undefined;
  /** What to do where the real API is unknown or has changed. Default: the best evidence, option by option. */
  readonly fidelity?: Partial<Fidelity> | undefined;
  /** Models that exist. Default: any. */
  readonly models?: readonly string[] | undefined;
  /** Keys that are valid. Default: any key, or none. */
  readonly auth?: AuthOptions | undefined;
}

/** A Messages API of one's own: no network, no key, the same bytes on every run. */
export interface FakeApi {
  /**
   * The API, with the signature of the global `fetch`, for any origin. A path prefix `/s/KEY` puts a request into the
   * session of that key.
   */
  readonly fetch: (input: string | URL | Request, init?: RequestInit) => Promise<Response>;
  /** Everything that happened, in order. */
  readonly transcript: Transcript;
  /** Ends the containers of all sessions. */
  dispose(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** Makes a fake Messages API that plays a script. Python boots at the first cell, not before. */
export function createFakeApi(options: FakeApiOptions): FakeApi {
  const { script, models, auth, seed = 'callsheet', epoch = DEFAULT_EPOCH } = options;
  const transcript = createTranscript();
  const sandbox = options.sandbox ?? sharedSandbox();
  const fidelity = { ...DEFAULT_FIDELITY, ...options.fidelity };
  const sessions = createSessions({ script, sandbox, seed, epoch, fidelity, models, transcript });
  const headers = createHeaders({ seed, epoch });
  // Requests that belong to no session count their ids here.
  const ids = createIdSource(seed, '');
  const refuse = createRefusals({ ids, headers, transcript });

  const app = new Hono();
  if (auth) {
    app.use(async (context, next) => {
      const refused = authenticate(context.req.raw.headers, auth);
      return refused ? refuse(refused, await context.req.text()) : next();
    });
  }
  const outside = { fidelity, models, ids, headers, refuse };
  const modelsRoutes = createModelsRoutes(outside);
  serveRoutes(
    app,
    [
      {
        method: 'POST',
        paths: ['/v1/messages', '/messages'],
        handler: createMessagesRoute({ sessions, transcript, headers, refuse }),
      },
      {
        method: 'POST',
        paths: ['/v1/messages/count_tokens', '/messages/count_tokens'],
        handler: createCountTokensRoute(outside),
      },
      { method: 'GET', paths: ['/v1/models', '/models'], handler: modelsRoutes.list },
      { method: 'GET', paths: ['/v1/models/:id', '/models/:id'], handler: modelsRoutes.retrieve },
    ],
    refuse,
  );
  app.onError((error, context) => refuse(internalError(error), context.req.path));

  const dispose = () => sessions.dispose();
  return {
    fetch: async (input, init) => {
      const request = new Request(input, init);
      return abortable(() => app.fetch(request), request.signal);
    },
    transcript,
    dispose,
    [Symbol.asyncDispose]: dispose,
  };
}

function internalError(error: Error): ApiError {
  return new ApiError('api_error', `callsheet: ${error.message}`, {
    rule: 'fake.failed',
    fix: 'This is a bug of callsheet: please report it with the request.',
  });
}
