import { previousMessageId, wholeMessageIn } from '../cassette/body.ts';
import type { Exchange } from '../cassette/exchange.ts';
import { mapStrings } from '../cassette/format/map-strings.ts';
import type { JsonObject } from '../protocol/json-object.ts';
import { isJsonObject } from '../protocol/wire-message.ts';
import { essenceOf } from './essence.ts';

/**
 * Exchanges whose requests go on from another answer than the one they were recorded after: the messages up to that are
 * exchanged for those up to this, and so are the ids of the message and of the container, until a recorded response names
 * a container itself. Exchanges that do not go on from the answer stay as they are.
 */
export function goOnFrom<Each extends Exchange>(
  exchanges: readonly Each[],
  before: Exchange,
  now: Exchange,
): Each[] {
  const [was, is] = [before, now].map(({ response }) => wholeMessageIn(response));
  if (!was || !is) return [...exchanges];
  const [from, to] = [containerIn(was), containerIn(is)];
  const ids = new Map([[was.id, is.id]]);
  if (from !== undefined && to !== undefined) ids.set(from, to);
  return exchanges.map((exchange) => {
    const { request, response } = exchange;
    if (!request || !isJsonObject(request.body)) return exchange;
    const { messages, ...rest } = request.body;
    const later = messagesAfter(messages, before);
    if (!later && previousMessageId(request.body) !== was.id) return exchange;
    const renamed = mapStrings(rest, (text) => ids.get(text) ?? text);
    const message = wholeMessageIn(response);
    if (from !== undefined && message && containerIn(message) !== undefined) ids.delete(from);
    const answer = { role: 'assistant', content: is.content };
    const body: JsonObject = {
      ...(isJsonObject(renamed) && renamed),
      messages: later ? [...messagesOf(now), answer, ...later] : messages,
    };
    return { ...exchange, request: { ...request, body } };
  });
}

/** The messages that follow on an answer; undefined where they do not. */
function messagesAfter(messages: unknown, before: Exchange): readonly unknown[] | undefined {
  if (!Array.isArray(messages)) return undefined;
  const history = messagesOf(before);
  const answer: unknown = messages[history.length];
  if (!isJsonObject(answer) || answer['role'] !== 'assistant') return undefined;
  const begins = essenceOf(messages.slice(0, history.length));
  const isSame = JSON.stringify(begins) === JSON.stringify(essenceOf(history));
  return isSame ? messages.slice(history.length + 1) : undefined;
}

function messagesOf({ request }: Exchange): readonly unknown[] {
  const messages = isJsonObject(request?.body) ? request.body['messages'] : undefined;
  return Array.isArray(messages) ? messages : [];
}

function containerIn(message: JsonObject): string | undefined {
  const { container } = message;
  const id = isJsonObject(container) ? container['id'] : undefined;
  return typeof id === 'string' ? id : undefined;
}
