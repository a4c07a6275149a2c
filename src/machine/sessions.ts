import { ApiError } from '../protocol/errors.ts';
import type { MessageRequest } from '../protocol/request.ts';
import type { ApiVersion } from '../protocol/revisions/api-version.ts';
import { blocksOf } from './checks/history.ts';
import { sha256 } from './history-digest.ts';
import { Session, type SessionOptions, type SessionResponse } from './session.ts';
import { createSessionRouter } from './session-router.ts';
import { createThreads, type ResolvedRequest } from './threads.ts';

/** Every session of one fake. */
export interface Sessions {
  /**
   * Answers a request in its session, beginning one when it belongs to none. A request that was answered before and is
   * sent again, because its response got lost or it brings the same results once more, gets the same response. One that
   * cannot be on its thread reaches no session.
   */
  respond(request: IncomingRequest): Promise<Answer | ApiError>;
  /** In the order they began. */
  readonly all: readonly Session[];
  dispose(): Promise<void>;
}

export interface IncomingRequest {
  readonly body: MessageRequest;
  readonly apiVersion: ApiVersion;
  /** The session the client names, if it does. */
  readonly key?: string | undefined;
  /** The `anthropic-beta` header. */
  readonly betas?: string | undefined;
  /** Whether the client says that it tried this before. */
  readonly isRetry: boolean;
}

export interface Answer {
  readonly response: SessionResponse;
  /** Says that the response never reached the client whole. */
  readonly lost: () => void;
}

interface Answered {
  readonly session: Session;
  readonly response: SessionResponse;
}

interface Exchange {
  readonly answered: Promise<Answered>;
  /** Whether the response never reached the client whole. */
  isLost: boolean;
}

export function createSessions(options: SessionOptions): Sessions {
  const sessions: Session[] = [];
  const router = createSessionRouter((key) => {
    const session = new Session(key, options);
    sessions.push(session);
    return session;
  });
  /** The last exchange of each request, under the digest of its body and of the key it came with. */
  const exchanges = new Map<string, Exchange>();
  const threads = createThreads(options.fidelity);

  async function answer(
    { body: sent, apiVersion, key }: IncomingRequest,
    { body, previous }: ResolvedRequest,
  ): Promise<Answered> {
    const route = router.route(body, key, previous?.session);
    const { session, conflict } = route;
    const notes = conflict && [conflict];
    const response = await session.respond({ body, sent, apiVersion, previous, notes });
    if (!(response.result instanceof ApiError)) router.remember(route, response.result.message);
    return { session, response };
  }

  /** What an equal request was answered before, if that is the answer to this one too. */
  async function answeredBefore(
    { body, isRetry }: IncomingRequest,
    before: Exchange,
  ): Promise<Answered | undefined> {
    if (options.fidelity.repeatedAnswer === 'rejected') return undefined;
    // Without a reason to think so, an equal request is no retry but another conversation that begins alike.
    if (!before.isLost && !isRetry && !goesOn(body)) return undefined;
    const answered = await before.answered;
    // A refused request changed nothing: sent again, it is judged again.
    return answered.response.result instanceof ApiError ? undefined : answered;
  }

  async function exchange(
    request: IncomingRequest,
    resolved: ResolvedRequest,
  ): Promise<Answered & Answer> {
    const digest = digestOf(resolved.body, request.key);
    const before = exchanges.get(digest);
    const earlier = before && (await answeredBefore(request, before));
    const made = earlier ? before : { answered: answer(request, resolved), isLost: false };
    exchanges.set(digest, made);
    const { session, response } = await made.answered;
    const lost = (): void => {
      made.isLost = true;
    };
    if (!earlier) return { session, response, lost };
    const { body: sent, apiVersion } = request;
    const again = session.repeat({ body: resolved.body, sent, apiVersion }, response);
    // What had been answered was refused this time: the client has yet to get it.
    if (again.result instanceof ApiError) lost();
    return { session, response: again, lost };
  }

  return {
    all: sessions,
    async respond(request) {
      const resolved = threads.resolve(request.body, request.betas ?? '');
      if (resolved instanceof ApiError) return resolved;
      const answer = await exchange(request, resolved);
      const { session, response } = answer;
      const { result, at, fault } = response;
      const answered = !(result instanceof ApiError);
      resolved.settle(answered ? { session, message: result.message, at } : undefined);
      if (fault?.thread) resolved.lose();
      // The second one is no conversation of its own.
      return fault?.delivered === 'twice'
        ? exchange({ ...request, isRetry: true }, resolved)
        : answer;
    },
    async dispose() {
      await Promise.all(sessions.map((session) => session.dispose()));
    },
  };
}

/** Equal for requests that ask for the same, streamed or not, in whichever order their fields stand. */
function digestOf(body: MessageRequest, key: string | undefined): string {
  const fields = Object.entries(body).filter(([name]) => name !== 'stream');
  return sha256([key ?? null, fields.toSorted(([a], [b]) => (a < b ? -1 : 1))]);
}

/** Whether a request goes on with a turn: it answers calls, or sends a paused response back. */
function goesOn({ messages }: MessageRequest): boolean {
  const last = messages.at(-1);
  if (!last) return false;
  return last.role === 'assistant' || blocksOf(last).some(({ type }) => type === 'tool_result');
}
