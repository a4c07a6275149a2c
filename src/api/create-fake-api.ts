import { checkSchedule, type Scheduled, type ScheduleSource } from '../schedule/schedule.ts';
import type { FileStore } from '../machine/files.ts';
import { createSessions } from '../machine/sessions.ts';
import { ApiError } from '../protocol/errors.ts';
import { DEFAULT_FIDELITY, type Fidelity } from '../protocol/fidelity.ts';
import type { Fetch } from '../protocol/fetch.ts';
import type { Sandbox } from '../protocol/sandbox.ts';
import type { Script } from '../protocol/script.ts';
import type { StreamPolicy } from '../protocol/stream-policy.ts';
import { sharedSandbox } from '../sandbox/pyodide.ts';
import { DEFAULT_EPOCH } from '../transcript/clock.ts';
import { IdSource } from '../transcript/ids.ts';
import { fakedClock, type MasterClock, realClock } from '../transcript/master-clock.ts';
import { createTranscript, type Transcript } from '../transcript/transcript.ts';
import { createActivity } from './activity.ts';
import { asFetch, type Hold } from './as-fetch.ts';
import { atItsPace } from './pace.ts';
import { authenticate, type AuthOptions } from './auth.ts';
import { type ClientWatch, watchClient } from './client/watch-client.ts';
import { countTokensRoute } from './count-tokens-route.ts';
import type { Handle } from './exchange.ts';
import { filesRoutes } from './files-routes.ts';
import { createHeaders } from './headers.ts';
import { messagesRoute } from './messages-route.ts';
import { modelsRoutes } from './models-route.ts';
import { createRefusals } from './refusals.ts';
import { createRouter } from './routes.ts';

export interface FakeApiOptions {
  /** What Claude says and runs. */
  readonly script: Script & Scheduled;
  /** What cells do. Default: real Python in Pyodide; its workers are shared by all fakes of the process. */
  readonly sandbox?: Sandbox | undefined;
  /** Ids and all randomness derive from it. Default: `callsheet`. */
  readonly seed?: string | undefined;
  /** Wall-clock time of virtual time 0, in milliseconds since 1970. Default: 2035-01-01T00:00:00Z. */
  readonly epoch?: number | undefined;
  /** What goes wrong, and when: how long tools and the API take. Default: what the script says; without it, nothing. */
  readonly schedule?: ScheduleSource | undefined;
  /**
   * What time a session has while its client has the ball. `virtual`: what the schedule says, nothing by default; the
   * client's timers are its own and responses are sent at once. `linked`: the test's fake timers say, for the client and
   * for responses that take time. `real`: real time does, and no two runs are the same. Default: `virtual`.
   */
  readonly clock?: 'virtual' | 'linked' | 'real' | undefined;
  /** With `clock: 'real'`: milliseconds of the session that pass in a real one. Default: 1. */
  readonly timeScale?: number | undefined;
  /** What to do where the real API is unknown or has changed. Default: the best evidence, option by option. */
  readonly fidelity?: Partial<Fidelity> | undefined;
  /**
   * Rules that are not enforced: what breaks them is neither refused nor noted, as far as the conversation can go on at all.
   * For a client with a bug that is known, to see what else is wrong. Default: none.
   */
  readonly ignoredRules?: readonly string[] | undefined;
  /** How streamed responses are cut into deltas and chunks. Default: 16 characters a delta, a chunk an event. */
  readonly stream?: StreamPolicy | undefined;
  /** Models that exist. Default: any. */
  readonly models?: readonly string[] | undefined;
  /** Keys that are valid. Default: any key, or none. */
  readonly auth?: AuthOptions | undefined;
}

/** A Messages API of one's own: no network, no key, the same bytes on every run. */
export interface FakeApi extends ClientWatch {
  /**
   * The API, with the signature of the global `fetch`, for any origin. A path prefix `/s/KEY` puts a request into the
   * session of that key.
   */
  readonly fetch: Fetch;
  /** What `fetch` does, on plain data: for servers, which have no use for a `Request`. */
  readonly handle: Handle;
  /** Everything that happened, in order. */
  readonly transcript: Transcript;
  /**
   * Lets time pass while the client has the ball, once no request is being answered: whole virtual milliseconds, beside
   * what the schedule or the master clock says. Default: in every session that has begun. Rejects with a `RangeError` for
   * other numbers, and for the key of no session.
   */
  advance(milliseconds: number, options?: { readonly session?: string | undefined }): Promise<void>;
  /** Ends the containers of all sessions. */
  dispose(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/**
 * Makes a fake Messages API that plays a script. Python boots at the first cell, not before. Throws a `TypeError` without
 * a script.
 */
export function createFakeApi(options: FakeApiOptions): FakeApi {
  assertHasScript(options);
  const { script, models, auth, stream = {}, seed = 'callsheet', epoch = DEFAULT_EPOCH } = options;
  const transcript = createTranscript();
  const sandbox = options.sandbox ?? sharedSandbox();
  const fidelity = { ...DEFAULT_FIDELITY, ...options.fidelity };
  const ignoredRules = new Set(options.ignoredRules);
  const schedule = checkSource(options.schedule ?? script.schedule ?? {});
  const master = masterClock(options);
  const files: FileStore = new Map();
  const sessions = createSessions({
    script,
    sandbox,
    seed,
    epoch,
    fidelity,
    ignoredRules,
    models,
    transcript,
    schedule,
    master,
    files,
  });
  const headers = createHeaders({ seed, epoch, timersAreFaked: master !== undefined });
  // Requests that belong to no session count their ids here.
  const ids = new IdSource(seed, '');
  const refuse = createRefusals({ ids, headers, transcript });

  const outside = { fidelity, models, ids, headers, refuse };
  const route = createRouter(
    [
      messagesRoute({ sessions, ignoredRules, headers, stream, seed, refuse }),
      countTokensRoute(outside),
      ...modelsRoutes(outside),
      ...filesRoutes({ ...outside, files, epoch, transcript }),
    ],
    refuse,
  );

  const activity = createActivity();

  const answer: Handle = async (request) => {
    activity.begin();
    try {
      const refused = authenticate(request, auth);
      return refused ? refuse(refused, await request.text()) : await route(request);
    } catch (error) {
      return refuse(error instanceof ApiError ? error : internalError(error), request.target);
    } finally {
      activity.end();
    }
  };
  const handle = master ? atItsPace(answer, master) : answer;
  const hold = master && holdUntilDue(master);

  const dispose = () => sessions.dispose();
  return {
    fetch: asFetch(handle, hold),
    handle: hold ? held(handle, hold) : handle,
    transcript,
    async advance(milliseconds, { session: key } = {}) {
      if (!Number.isSafeInteger(milliseconds) || milliseconds < 0) {
        throw new RangeError(`Time passes in whole milliseconds from 0, not ${milliseconds}.`);
      }
      const chosen = sessions.all.filter((session) => key === undefined || session.key === key);
      if (key !== undefined && chosen.length === 0) {
        throw new RangeError(`There is no session "${key}".`);
      }
      await Promise.all(chosen.map((session) => session.pass(milliseconds)));
    },
    ...watchClient({ sessions: sessions.all, transcript, activity, master }),
    dispose,
    [Symbol.asyncDispose]: dispose,
  };
}

function holdUntilDue(master: MasterClock): Hold {
  return async ({ due, begins = due }) => {
    if (begins !== undefined) await master.reaches(begins);
  };
}

function held(handle: Handle, hold: Hold): Handle {
  return async (request) => {
    const response = await handle(request);
    await hold(response);
    return response;
  };
}

function checkSource(source: ScheduleSource): ScheduleSource {
  return typeof source === 'function' ? source : checkSchedule(source);
}

function masterClock({ clock, timeScale = 1 }: FakeApiOptions): MasterClock | undefined {
  if (clock === 'linked') return fakedClock();
  return clock === 'real' ? realClock(timeScale) : undefined;
}

/** JavaScript forgets the braces: `createFakeApi(total)`. */
function assertHasScript(options: unknown): void {
  const { script } = Object(options);
  if (typeof Object(script).next === 'function') return;
  throw new TypeError(
    'createFakeApi expects a script, such as a scenario: `createFakeApi({ script: total })`.',
  );
}

function internalError(error: unknown): ApiError {
  const reason = error instanceof Error ? error.message : String(error);
  return new ApiError('api_error', `callsheet: ${reason}`, {
    rule: 'fake.failed',
    fix: 'This is a bug of callsheet: please report it with the request.',
  });
}
