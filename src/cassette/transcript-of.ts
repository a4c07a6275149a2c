import { isJsonObject } from '../protocol/wire-message.ts';
import type { EventInput, TranscriptEvent } from '../transcript/events.ts';
import { messageIn, previousMessageId } from './body.ts';
import type { Exchange } from './exchange.ts';
import { createHistory } from './format/continuation.ts';
import { createObserver, type Observer } from './observer.ts';

/**
 * The transcript of what was recorded: each conversation a session, named `1`, `2`, … in the order in which they began.
 * Times are milliseconds since the first request, or 0 where none were kept. Exchanges that belong to none, such as those
 * of files, are in the session `""`.
 */
export function transcriptOf(
  exchanges: Iterable<Exchange>,
  options: TranscriptOfOptions = {},
): TranscriptEvent[] {
  return readTranscript(exchanges, options).events;
}

export interface TranscriptOfOptions {
  /** Whether what the first request of a conversation has of an earlier one is told, too. Default: false. */
  readonly history?: boolean | undefined;
}

/** Where in its conversations an exchange stands. */
export interface Position {
  readonly session: string;
  /** The turn it belongs to, counted from 1 over all sessions in the order in which they began; 0 when to none. */
  readonly turn: number;
}

/** The transcript, and the position of each exchange. */
export function readTranscript(
  exchanges: Iterable<Exchange>,
  { history }: TranscriptOfOptions = {},
): {
  readonly events: TranscriptEvent[];
  readonly positions: readonly Position[];
} {
  const events: TranscriptEvent[] = [];
  const positions: Position[] = [];
  const conversations = createConversations();
  const observers = new Map<string, Observer>();
  const turns = new Map<string, number>();
  let turnCount = 0;
  let at = 0;
  let start: number | undefined;

  function recordIn(session: string): (event: EventInput) => void {
    return (event) => {
      if (event.type === 'turn.started') turns.set(session, ++turnCount);
      events.push({ ...event, session, at });
    };
  }

  for (const exchange of exchanges) {
    const { request, response } = exchange;
    const session = conversations.of(exchange);
    const record = recordIn(session);
    if (exchange.at !== undefined) {
      start ??= Date.parse(exchange.at);
      at = Date.parse(exchange.at) - start;
    }
    let observer = observers.get(session);
    if (!observer) {
      record({ type: 'session.started', seed: '', epoch: start ?? 0 });
      observers.set(session, (observer = createObserver(record, { history })));
    }
    const id = response?.headers['request-id'] ?? `request-${positions.length + 1}`;
    const message = response?.status === 200 ? messageIn(response) : undefined;
    if (request) {
      record({ type: 'request.received', request: id, body: request.body ?? request.text });
      // Without a response nobody knows what became of a request, but for what it says of before.
      if (message || (history && isRequestAlone(exchange))) observer.request(request.body);
    }
    at += response?.chunks?.at(-1)?.[0] ?? 0;
    if (message) observer.response(message);
    if (response) {
      const body = message ?? (isJsonObject(response.body) ? response.body : {});
      record({ type: 'response.sent', request: id, status: response.status, body });
    }
    positions.push({ session, turn: message ? (turns.get(session) ?? 0) : 0 });
  }
  return { events, positions: withFailures(positions) };
}

/** An exchange of a conversation that brought no message belongs to the turn whose next try did. */
function withFailures(positions: readonly Position[]): Position[] {
  const next = new Map<string, number>();
  return positions
    .toReversed()
    .map(({ session, turn }) => {
      const own = turn === 0 && session !== '' ? (next.get(session) ?? 0) : turn;
      next.set(session, own);
      return { session, turn: own };
    })
    .toReversed();
}

/** Tells conversations apart: by the ids an exchange names, otherwise by the history it goes on from. */
function createConversations(): { of(exchange: Exchange): string } {
  const byId = new Map<string, string>();
  const history = createHistory();
  let count = 0;
  return {
    of(exchange) {
      const { request, response } = exchange;
      const message = response && messageIn(response);
      const { body } = request ?? {};
      const named = [
        previousMessageId(body) ?? '',
        ...idsIn(request ? lastContent(body, 'user') : []),
        ...idsIn(request ? lastContent(body, 'assistant') : message?.content),
        ...containerOf(request ? body : message),
      ];
      const known = named.map((id) => byId.get(id)).find((session) => session !== undefined);
      const before = history.goesOnFrom(body);
      const isHeld = message !== undefined || isRequestAlone(exchange);
      const session = known ?? byId.get(before ?? '') ?? (isHeld ? String(++count) : '');
      const ids = message
        ? [message.id, ...idsIn(message.content), ...containerOf(message)]
        : isHeld
          ? named
          : [];
      for (const id of ids) byId.set(id, session);
      history.add(exchange);
      return session;
    },
  };
}

/** A request that was kept without what became of it. */
function isRequestAlone({ request, response, ended }: Exchange): boolean {
  if (response || ended || !isJsonObject(request?.body)) return false;
  return Array.isArray(request.body['messages']);
}

/** The ids in blocks: their own, and those they refer to. */
function idsIn(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(idsIn);
  if (!isJsonObject(value)) return [];
  const { id, tool_use_id, caller } = value;
  const callerId = isJsonObject(caller) ? caller['tool_id'] : undefined;
  return [id, tool_use_id, callerId].filter((each) => typeof each === 'string');
}

function containerOf(body: unknown): string[] {
  const container = isJsonObject(body) ? body['container'] : undefined;
  const id = isJsonObject(container) ? container['id'] : container;
  return typeof id === 'string' ? [id] : [];
}

function lastContent(body: unknown, role: 'user' | 'assistant'): unknown {
  const messages = isJsonObject(body) ? body['messages'] : undefined;
  if (!Array.isArray(messages)) return undefined;
  const last: unknown = messages.findLast(
    (message) => isJsonObject(message) && message['role'] === role,
  );
  return isJsonObject(last) ? last['content'] : undefined;
}
