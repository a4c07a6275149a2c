import { Hono, type Context } from 'hono';
import { createSessions } from '../machine/sessions.ts';
import { ApiError } from '../protocol/errors.ts';
import { MessageRequest } from '../protocol/request.ts';
import type { Sandbox } from '../protocol/sandbox.ts';
import type { Script } from '../protocol/script.ts';
import { sharedSandbox } from '../sandbox/pyodide.ts';
import { DEFAULT_EPOCH } from '../transcript/clock.ts';
import { createIdSource } from '../transcript/ids.ts';
import { createTranscript, type Transcript } from '../transcript/transcript.ts';
import { invalidJson, schemaError } from './request-errors.ts';
import { errorResponse, jsonResponse, streamResponse } from './responses.ts';

export interface FakeApiOptions {
  /** What Claude says and runs. */
  readonly script: Script;
  /** What cells do. Default: real Python in Pyodide; its workers are shared by all fakes of the process. */
  readonly sandbox?: Sandbox | undefined;
  /** Ids and all randomness derive from it. Default: `callsheet`. */
  readonly seed?: string | undefined;
  /** Wall-clock time of virtual time 0, in milliseconds since 1970. Default: 2035-01-01T00:00:00Z. */
  readonly epoch?: number | undefined;
}

/** A Messages API of one's own: no network, no key, the same bytes on every run. */
export interface FakeApi {
  /**
   * The API, with the signature of the global `fetch`: serves `POST /v1/messages` (and `/messages`) of any origin.
   * A path prefix `/s/KEY` puts a request into the session of that key.
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
  const { script, seed = 'callsheet', epoch = DEFAULT_EPOCH } = options;
  const transcript = createTranscript();
  const sandbox = options.sandbox ?? sharedSandbox();
  const sessions = createSessions({ script, sandbox, seed, epoch, transcript });
  /** Requests that reach no session still get an id of their own. */
  const strayIds = createIdSource(seed, '');

  const app = new Hono();
  for (const prefix of ['', '/s/:key']) {
    app.post(`${prefix}/v1/messages`, createMessage);
    app.post(`${prefix}/messages`, createMessage);
  }
  app.notFound(async (context) => refuse(notServed(context), await context.req.text()));

  async function createMessage(context: Context): Promise<Response> {
    const text = await context.req.text();
    const body = parseJson(text);
    if (body === undefined) return refuse(invalidJson(), text);
    const parsed = MessageRequest.safeParse(body);
    if (!parsed.success) return refuse(schemaError(body, parsed.error), body);
    const { requestId, result } = await sessions.respond(parsed.data, context.req.param('key'));
    if (result instanceof ApiError) return errorResponse(requestId, result);
    return parsed.data.stream
      ? streamResponse(requestId, result.message, result.form)
      : jsonResponse(requestId, result.message);
  }

  function refuse(error: ApiError, body: unknown): Response {
    const request = strayIds('request');
    const stamp = { session: '', at: 0, request };
    const { message, broken } = error;
    transcript.append({ ...stamp, type: 'request.received', body });
    transcript.append({ ...stamp, type: 'finding', message, ...broken });
    transcript.append({
      ...stamp,
      type: 'response.sent',
      status: error.status,
      body: { ...error.toBody(request) },
    });
    return errorResponse(request, error);
  }

  const dispose = () => sessions.dispose();
  return {
    fetch: async (input, init) => app.fetch(new Request(input, init)),
    transcript,
    dispose,
    [Symbol.asyncDispose]: dispose,
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function notServed({ req }: Context): ApiError {
  const route = `${req.method} ${req.path}`;
  return new ApiError('not_found_error', `callsheet does not serve ${route}.`, {
    rule: 'route.unknown',
    fix: 'callsheet serves POST /v1/messages.',
  });
}
