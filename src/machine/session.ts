import { ApiError, type BrokenRule } from '../protocol/errors.ts';
import type { MessageRequest } from '../protocol/request.ts';
import type { Sandbox } from '../protocol/sandbox.ts';
import type { Script } from '../protocol/script.ts';
import type { SessionView } from '../protocol/session-view.ts';
import { createClock } from '../transcript/clock.ts';
import type { EventInput, TranscriptEvent } from '../transcript/events.ts';
import { createSessionFold } from '../transcript/fold.ts';
import { createIdSource } from '../transcript/ids.ts';
import type { Transcript } from '../transcript/transcript.ts';
import { createSessionContainers } from './containers.ts';
import { createTurnPlayer, type Reply } from './turn.ts';

/** One conversation with the fake: its state is a fold over the events it appended to the transcript. */
export interface Session {
  readonly key: string;
  readonly view: SessionView;
  /**
   * Answers one request; requests of a session are answered one after the other. A request the API refuses gets an
   * `ApiError`, a finding in the transcript, and leaves the session as it was. `notes` are findings made on the way.
   */
  respond(request: MessageRequest, notes?: readonly Note[]): Promise<SessionResponse>;
  dispose(): Promise<void>;
}

/** A finding that refuses nothing. */
export type Note = BrokenRule & { readonly message: string };

export interface SessionResponse {
  readonly requestId: string;
  readonly result: Reply | ApiError;
}

export interface SessionOptions {
  readonly key: string;
  readonly seed: string;
  /** Wall-clock time of virtual time 0, in milliseconds since 1970. */
  readonly epoch: number;
  readonly script: Script;
  readonly sandbox: Sandbox;
  readonly transcript: Transcript;
}

export function createSession(options: SessionOptions): Session {
  const { key, seed, epoch, script, sandbox, transcript } = options;
  const clock = createClock(epoch);
  const ids = createIdSource(seed, key);
  const fold = createSessionFold(key);
  const containers = createSessionContainers(sandbox, { epoch, clock });
  const player = createTurnPlayer({ script, view: fold.view, clock, ids, containers, record });
  let previous: Promise<unknown> = Promise.resolve();

  function record(input: EventInput): void {
    const event: TranscriptEvent = { ...input, session: key, at: clock.now };
    transcript.append(event);
    fold.apply(event);
  }

  async function answer(request: MessageRequest, notes: readonly Note[]): Promise<SessionResponse> {
    const requestId = ids('request');
    record({ type: 'request.received', request: requestId, body: request });
    for (const note of notes) record({ type: 'finding', request: requestId, ...note });
    const result = await player.play(request).catch(toApiError);
    if (result instanceof ApiError) {
      const { broken, message, status } = result;
      record({ type: 'finding', request: requestId, message, ...broken });
      record({
        type: 'response.sent',
        request: requestId,
        status,
        body: { ...result.toBody(requestId) },
      });
    } else {
      record({ type: 'response.sent', request: requestId, status: 200, body: result.message });
    }
    return { requestId, result };
  }

  record({ type: 'session.started', seed, epoch });
  return {
    key,
    view: fold.view,
    respond(request, notes = []) {
      const response = previous.then(() => answer(request, notes));
      previous = response;
      return response;
    },
    async dispose() {
      await containers.dispose();
    },
  };
}

/** A script or sandbox that throws is no fault of the client, but the client is who can be told. */
function toApiError(error: unknown): ApiError {
  if (error instanceof ApiError) return error;
  const message = error instanceof Error ? error.message : String(error);
  const wrapped = new ApiError('api_error', `callsheet: ${message}`, {
    rule: 'fake.failed',
    fix: 'The script or the sandbox failed; the message says how.',
  });
  wrapped.cause = error;
  return wrapped;
}
