import { blockId } from '../protocol/block-params.ts';
import type { Message } from '../protocol/message.ts';
import { containerId, type MessageRequest } from '../protocol/request.ts';
import { blocksOf } from './checks/history.ts';
import { extendDigest, type HistoryDigest, historyDigests } from './history-digest.ts';
import type { Note } from './note.ts';
import type { Session } from './session.ts';

/** Knows which session a request belongs to. */
export interface SessionRouter {
  /** The session of a request, begun when there is none yet. `thread` is the session of the response it continues. */
  route(request: MessageRequest, key?: string, thread?: Session): Route;
  /** Takes note of what a session answered: its ids and its history lead back to it. */
  remember(route: Route, message: Message): void;
}

export interface Route {
  readonly session: Session;
  /** The digests of the request's history. */
  readonly history: readonly HistoryDigest[];
  /** Set when the request points at another session too. */
  readonly conflict?: Note | undefined;
}

/**
 * A request belongs to the session of, first that holds: the thread it continues, an id in its last
 * assistant message, its container, the key
 * the client gave, the longest history it extends. Otherwise it begins a session, whose key comes from its messages and
 * never from when it arrived.
 */
export function createSessionRouter(begin: (key: string) => Session): SessionRouter {
  const byKey = new Map<string, Session>();
  /** Owners of ids: of tool uses and of containers. */
  const byId = new Map<string, Session>();
  /** Each session under the digest of its whole history, its last response included. */
  const byTip = new Map<string, Session>();
  const tips = new Map<Session, string>();
  /** How many sessions began with the same messages. */
  const openings = new Map<string, number>();

  function beginAt(key: string): Session {
    const session = begin(key);
    byKey.set(key, session);
    return session;
  }

  function longestHistory(history: readonly HistoryDigest[]): Session | undefined {
    return history
      .map(({ digest }) => byTip.get(digest))
      .findLast((session) => session !== undefined);
  }

  /** A new session, or the last with this opening when nothing has come of it: its requests were all refused. */
  function newSession(history: readonly HistoryDigest[]): Session {
    const opening = `s-${(history.at(-1)?.digest ?? '').slice(0, 10)}`;
    const keyOf = (n: number) => (n === 1 ? opening : `${opening}-${n}`);
    // Counting on from the last such key: a load test opens the same way thousands of times.
    let n = openings.get(opening) ?? 0;
    const last = byKey.get(keyOf(n));
    if (last?.isUntouched) return last;
    do n++;
    while (byKey.has(keyOf(n)));
    openings.set(opening, n);
    return beginAt(keyOf(n));
  }

  return {
    route(request, key, thread) {
      const history = historyDigests(request.messages);
      const container = containerId(request);
      const clues = [
        thread,
        ...idsOfLastAnswer(request).map((id) => byId.get(id)),
        container === undefined ? undefined : byId.get(container),
        key === undefined ? undefined : byKey.get(key),
      ];
      const [session, other] = new Set(clues.filter((clue) => clue !== undefined));
      if (session) return { session, history, conflict: other && conflict(session, other) };
      if (key !== undefined) return { session: beginAt(key), history };
      return { session: longestHistory(history) ?? newSession(history), history };
    },
    remember({ session, history }, { content, container }) {
      for (const block of content) if ('id' in block) byId.set(block.id, session);
      if (container) byId.set(container.id, session);
      const before = tips.get(session);
      if (before !== undefined && byTip.get(before) === session) byTip.delete(before);
      const { digest } = extendDigest(history.at(-1), { role: 'assistant', content });
      byTip.set(digest, session);
      tips.set(session, digest);
    },
  };
}

function idsOfLastAnswer({ messages }: MessageRequest): string[] {
  const last = messages.findLast(({ role }) => role === 'assistant');
  return last ? blocksOf(last).flatMap((block) => blockId(block) ?? []) : [];
}

function conflict(chosen: Session, other: Session): Note {
  return {
    rule: 'session.conflict',
    message: `The request points at two sessions, "${chosen.key}" and "${other.key}"; it was answered in the first.`,
    fix: 'Keep the container and the history of a conversation together.',
  };
}
