import { blockId } from '../protocol/block-params.ts';
import type { Message } from '../protocol/message.ts';
import { containerId, type MessageRequest } from '../protocol/request.ts';
import { blocksOf } from './checks/history.ts';
import { History, historyDigest } from './history.ts';
import type { Note } from './note.ts';
import type { Session } from './session.ts';

/** Knows which session a request belongs to. */
export interface SessionRouter {
  /** The histories of a request: the empty one, and one more with each message. */
  trace(request: MessageRequest): readonly History[];
  /** The session of a request with these histories, begun when there is none yet. */
  route(request: MessageRequest, histories: readonly History[], named: Named): Route;
  /** Takes note of what a session answered: its ids and its history lead back to it. */
  remember(session: Session, histories: readonly History[], message: Message): void;
}

/** What a request says of its session. */
export interface Named {
  /** The key the client gave. */
  readonly key?: string | undefined;
  /** The session of the response it continues. */
  readonly thread?: Session | undefined;
}

export interface Route {
  readonly session: Session;
  /** Set when the request points at another session too. */
  readonly conflict?: Note | undefined;
}

/**
 * A request belongs to the session of, first that holds: the thread it continues, an id in its last assistant message, its
 * container, the key the client gave, the longest history it extends. Otherwise it begins a session, whose key comes from
 * its messages and never from when it arrived.
 */
export function createSessionRouter(begin: (key: string) => Session): SessionRouter {
  const byKey = new Map<string, Session>();
  /** Owners of ids: of tool uses and of containers. */
  const byId = new Map<string, Session>();
  const nothingSaid = new History();

  function beginAt(key: string): Session {
    const session = begin(key);
    byKey.set(key, session);
    return session;
  }

  /** The sessions that a request points at, the one that counts first. */
  function owners(
    request: MessageRequest,
    key: string | undefined,
    thread: Session | undefined,
  ): Session[] {
    const found: Session[] = [];
    const add = (session: Session | undefined): void => {
      if (session && !found.includes(session)) found.push(session);
    };
    add(thread);
    for (const id of idsOfLastAnswer(request)) add(byId.get(id));
    const container = containerId(request);
    if (container !== undefined) add(byId.get(container));
    if (key !== undefined) add(byKey.get(key));
    return found;
  }

  /** A new session, or the last with this opening when nothing has come of it: its requests were all refused. */
  function newSession({ messages }: MessageRequest, opening: History): Session {
    const name = `s-${historyDigest(messages).slice(0, 10)}`;
    const keyOf = (n: number) => (n === 1 ? name : `${name}-${n}`);
    // Counting on from the last such key: a load test opens the same way thousands of times.
    const last = opening.begun === 0 ? undefined : byKey.get(keyOf(opening.begun));
    if (last?.isUntouched) return last;
    do opening.begun++;
    while (byKey.has(keyOf(opening.begun)));
    return beginAt(keyOf(opening.begun));
  }

  return {
    trace: ({ messages }) => nothingSaid.trace(messages),
    route(request, histories, { key, thread }) {
      const [session, other] = owners(request, key, thread);
      if (session) return { session, conflict: other && conflict(session, other) };
      if (key !== undefined) return { session: beginAt(key) };
      const longest = histories.findLast(({ tip }) => tip !== undefined);
      return { session: longest?.tip ?? newSession(request, histories.at(-1)!) };
    },
    remember(session, histories, { content, container }) {
      for (const block of content) if ('id' in block) byId.set(block.id, session);
      if (container) byId.set(container.id, session);
      if (session.history?.tip === session) session.history.tip = undefined;
      session.history = histories.at(-1)!.extend({ role: 'assistant', content });
      session.history.tip = session;
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
