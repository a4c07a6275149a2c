import { createHash } from 'node:crypto';
import { ApiError } from '../protocol/errors.ts';
import type { Message } from '../protocol/message.ts';
import { containerId, type MessageParam, type MessageRequest } from '../protocol/request.ts';
import type { Sandbox } from '../protocol/sandbox.ts';
import type { Script } from '../protocol/script.ts';
import type { Transcript } from '../transcript/transcript.ts';
import { createSession, type Note, type Session, type SessionResponse } from './session.ts';

/** Every session of one fake, and the answer to "which session does this request belong to?". */
export interface Sessions {
  /** Answers a request in its session, beginning a new one when it belongs to none. */
  respond(request: MessageRequest, key?: string): Promise<SessionResponse>;
  dispose(): Promise<void>;
}

interface Route {
  readonly session: Session;
  readonly conflict?: Note | undefined;
}

export interface SessionsOptions {
  readonly seed: string;
  readonly epoch: number;
  readonly script: Script;
  readonly sandbox: Sandbox;
  readonly transcript: Transcript;
}

/**
 * A request belongs to the session of, first that holds: an id in its last assistant message, its container, the key
 * the client gave, the longest history it extends. Otherwise it begins a session, whose key comes from its first
 * messages and never from when it arrived.
 */
export function createSessions(options: SessionsOptions): Sessions {
  const sessions = new Map<string, Session>();
  const owners = new Map<string, Session>();
  /** Each session under the digest of its whole history, its last response included. */
  const tips = new Map<string, Session>();
  const tipOf = new Map<Session, string>();

  function route(request: MessageRequest, key: string | undefined): Route {
    const clues = {
      ids: idsOfLastAnswer(request)
        .map((id) => owners.get(id))
        .find((session) => session !== undefined),
      container: ownerOf(containerId(request)),
      key: key === undefined ? undefined : sessions.get(key),
    };
    const [session, other] = new Set(Object.values(clues).filter((clue) => clue !== undefined));
    if (session) return { session, conflict: other && conflict(session, other) };
    if (key !== undefined) return { session: begin(key) };
    return { session: longestHistory(request) ?? begin(freshKey(request)) };
  }

  function ownerOf(id: string | undefined): Session | undefined {
    return id === undefined ? undefined : owners.get(id);
  }

  function longestHistory({ messages }: MessageRequest): Session | undefined {
    return digests(messages)
      .map((history) => tips.get(history))
      .findLast((session) => session !== undefined);
  }

  function remember(session: Session, request: MessageRequest, message: Message): void {
    const { content, container } = message;
    for (const block of content) if ('id' in block) owners.set(block.id, session);
    if (container) owners.set(container.id, session);
    const before = tipOf.get(session);
    if (before !== undefined && tips.get(before) === session) tips.delete(before);
    const tip = digest([...request.messages, { role: 'assistant', content }]);
    tips.set(tip, session);
    tipOf.set(session, tip);
  }

  function freshKey({ messages }: MessageRequest): string {
    const opening = `s-${digest(messages).slice(0, 10)}`;
    let key = opening;
    for (let n = 2; sessions.has(key); n++) key = `${opening}-${n}`;
    return key;
  }

  function begin(key: string): Session {
    const session = createSession({ key, ...options });
    sessions.set(key, session);
    return session;
  }

  return {
    async respond(request, key) {
      const { session, conflict } = route(request, key);
      const response = await session.respond(request, conflict && [conflict]);
      if (!(response.result instanceof ApiError)) {
        remember(session, request, response.result.message);
      }
      return response;
    },
    async dispose() {
      await Promise.all([...sessions.values()].map((session) => session.dispose()));
    },
  };
}

function idsOfLastAnswer({ messages }: MessageRequest): string[] {
  const content = messages.findLast((message) => message.role === 'assistant')?.content;
  if (content === undefined || typeof content === 'string') return [];
  return content.flatMap((block) => ('id' in block ? [String(block['id'])] : []));
}

/** For each message a digest of it and all before it, insensitive to how a client writes the same content. */
function digests(messages: readonly MessageParam[]): string[] {
  let before = '';
  return messages.map(({ role, content }) => {
    const blocks = typeof content === 'string' ? [{ type: 'text', text: content }] : content;
    const essence = blocks.map((block: Record<string, unknown>) => {
      return block['text'] ?? block['id'] ?? block['tool_use_id'] ?? block;
    });
    before = createHash('sha256')
      .update(JSON.stringify([before, role, essence]))
      .digest('hex');
    return before;
  });
}

function digest(messages: readonly MessageParam[]): string {
  return digests(messages).at(-1) ?? '';
}

function conflict(chosen: Session, other: Session): Note {
  return {
    rule: 'session.conflict',
    message: `The request points at two sessions, "${chosen.key}" and "${other.key}"; it was answered in the first.`,
    fix: 'Keep the container and the history of a conversation together.',
  };
}
