import { ApiError } from '../protocol/errors.ts';
import type { MessageRequest } from '../protocol/request.ts';
import type { ApiVersion } from '../protocol/revisions/api-version.ts';
import { blocksOf } from './checks/history.ts';
import { sha256 } from './history-digest.ts';
import {
  createSession,
  type Session,
  type SessionOptions,
  type SessionResponse,
} from './session.ts';
import { createSessionRouter } from './session-router.ts';

/** Every session of one fake. */
export interface Sessions {
  /**
   * Answers a request in its session, beginning one when it belongs to none. A request that was answered before and is
   * sent again, because its response got lost or it brings the same results once more, gets the same response.
   */
  respond(request: IncomingRequest): Promise<Answer>;
  /** In the order they began. */
  readonly all: readonly Session[];
  dispose(): Promise<void>;
}

export interface IncomingRequest {
  readonly body: MessageRequest;
  readonly apiVersion: ApiVersion;
  /** The session the client names, if it does. */
  readonly key?: string | undefined;
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

export function createSessions(options: Omit<SessionOptions, 'key'>): Sessions {
  const sessions: Session[] = [];
  const router = createSessionRouter((key) => {
    const session = createSession({ key, ...options });
    sessions.push(session);
    return session;
  });
  /** The last exchange of each request, under the digest of its body. */
  const exchanges = new Map<string, Exchange>();

  async function answer({ body, apiVersion, key }: IncomingRequest): Promise<Answered> {
    const route = router.route(body, key);
    const { session, conflict } = route;
    const notes = conflict && [conflict];
    const response = await session.respond({ body, apiVersion, notes });
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
    if (!before.isLost && !isRetry && !bringsResults(body)) return undefined;
    const answered = await before.answered;
    // A refused request changed nothing: sent again, it is judged again.
    return answered.response.result instanceof ApiError ? undefined : answered;
  }

  async function respond(request: IncomingRequest): Promise<Answer> {
    const digest = sha256({ ...request.body, stream: undefined });
    const before = exchanges.get(digest);
    const earlier = before && (await answeredBefore(request, before));
    const exchange = earlier ? before : { answered: answer(request), isLost: false };
    exchanges.set(digest, exchange);
    const { session, response } = await exchange.answered;
    return {
      response: earlier ? session.repeat(request, response) : response,
      lost: () => {
        exchange.isLost = true;
      },
    };
  }

  return {
    all: sessions,
    async respond(request) {
      const answer = await respond(request);
      return answer.response.fault?.delivered === 'twice' ? respond(request) : answer;
    },
    async dispose() {
      await Promise.all(sessions.map((session) => session.dispose()));
    },
  };
}

function bringsResults({ messages }: MessageRequest): boolean {
  const last = messages.at(-1);
  return last !== undefined && blocksOf(last).some((block) => block.type === 'tool_result');
}
