import { ApiError } from '../protocol/errors.ts';
import { asksTheSame, type Exchange, goesOn, type IncomingRequest } from './exchange.ts';
import { Session, type SessionOptions, type SessionResponse } from './session.ts';
import type { History } from './history.ts';
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

export interface Answer {
  readonly response: SessionResponse;
  /** To be told when the response did not reach the client whole. */
  readonly exchange: Exchange;
}

export function createSessions(options: SessionOptions): Sessions {
  const sessions: Session[] = [];
  const router = createSessionRouter((key) => {
    const session = new Session(key, options);
    sessions.push(session);
    return session;
  });
  const threads = createThreads(options.fidelity);

  /** Whether an equal request was answered with what is the answer to this one too. */
  async function isAnswered(
    { body, isRetry }: IncomingRequest,
    before: Exchange,
  ): Promise<boolean> {
    if (options.fidelity.repeatedAnswer === 'rejected') return false;
    // Without a reason to think so, an equal request is no retry but another conversation that begins alike.
    if (!before.isLost && !isRetry && !goesOn(body)) return false;
    const { result } = await before.response;
    // A refused request changed nothing: sent again, it is judged again.
    return !(result instanceof ApiError);
  }

  async function answer(request: IncomingRequest, resolved: ResolvedRequest): Promise<Answer> {
    const histories = router.trace(resolved.body);
    const { asked } = histories.at(-1)!;
    const earlier = asked.find((each) => asksTheSame(each, resolved.body, request.key));
    if (earlier && (await isAnswered(request, earlier))) {
      return repeat(request, resolved, earlier, await earlier.response);
    }
    const exchange = begin(request, resolved, histories, earlier);
    const response = (exchange.response = await exchange.response);
    const { result } = response;
    if (!(result instanceof ApiError)) {
      router.remember(exchange.session, histories, result.message);
    }
    return { response, exchange };
  }

  /** Sends a request to its session. What it asks was asked `earlier`, if ever. */
  function begin(
    { body: sent, apiVersion, key }: IncomingRequest,
    { body, previous }: ResolvedRequest,
    histories: readonly History[],
    earlier: Exchange | undefined,
  ): Exchange {
    const { session, conflict } = router.route(body, histories, { key, thread: previous?.session });
    const notes = conflict && [conflict];
    const response = session.respond({ body, sent, apiVersion, previous, notes });
    const exchange: Exchange = { session, body, key, response, isLost: false };
    const history = histories.at(-1)!;
    history.asked = history.asked.filter((each) => each !== earlier).concat(exchange);
    return exchange;
  }

  return {
    all: sessions,
    async respond(request) {
      const resolved = threads.resolve(request.body, request.betas ?? '');
      if (resolved instanceof ApiError) return resolved;
      const answered = await answer(request, resolved);
      const { result, at, fault } = answered.response;
      const { session } = answered.exchange;
      resolved.settle(
        result instanceof ApiError ? undefined : { session, message: result.message, at },
      );
      if (fault?.thread) resolved.lose();
      // The second one is no conversation of its own.
      return fault?.delivered === 'twice'
        ? answer({ ...request, isRetry: true }, resolved)
        : answered;
    },
    async dispose() {
      await Promise.all(sessions.map((session) => session.dispose()));
    },
  };
}

/** Answers a request as it was answered before. */
function repeat(
  { body: sent, apiVersion }: IncomingRequest,
  { body }: ResolvedRequest,
  exchange: Exchange,
  answered: SessionResponse,
): Answer {
  const response = exchange.session.repeat({ body, sent, apiVersion }, answered);
  // What had been answered was refused this time: the client has yet to get it.
  if (response.result instanceof ApiError) exchange.isLost = true;
  return { response, exchange };
}
