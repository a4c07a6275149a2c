import { isDeepStrictEqual } from 'node:util';
import { isJsonObject } from '../../protocol/wire-message.ts';
import type { JsonObject } from '../../protocol/json-object.ts';
import { wholeMessageIn } from '../body.ts';
import type { Exchange } from '../exchange.ts';

/** A request's body written as what it adds to the request for an earlier message. */
export interface Continuation {
  /** The id of that message. */
  readonly continues: string;
  readonly body: JsonObject;
}

/** Earlier exchanges of a cassette, for requests to go on from. */
export interface History {
  add(exchange: Exchange): void;
  /** The id of the message a request goes on from: the last one that its messages hold the request for, and more. */
  goesOnFrom(body: unknown): string | undefined;
  /** The body in short, when it goes on from one added before and nothing is lost by saying so. */
  shorten(body: unknown): Continuation | undefined;
  /** The whole body again. Undefined when what it goes on from is not there. */
  restore(continuation: Continuation): JsonObject | undefined;
}

interface Answered {
  readonly id: string;
  readonly body: JsonObject;
  /** Each message as JSON, to compare them. */
  readonly messages: readonly string[];
  readonly content: unknown;
}

export function createHistory(): History {
  const answered = new Map<string, Answered>();

  function restore({ continues, body }: Continuation): JsonObject | undefined {
    const base = answered.get(continues);
    if (!base || !Array.isArray(base.body['messages'])) return undefined;
    const added = Array.isArray(body['messages']) ? body['messages'] : [];
    const messages = added.map((message: unknown) =>
      typeof message === 'string' ? sentBack(answered.get(message)) : message,
    );
    if (messages.includes(undefined)) return undefined;
    return { ...base.body, ...body, messages: [...base.body['messages'], ...messages] };
  }

  /** What a request goes on from: where several have the same request, the one whose response comes back as it was. */
  function find(messages: readonly unknown[]): Answered | undefined {
    const json = messages.map(toJson);
    let found: Answered | undefined;
    for (const each of answered.values()) {
      const { length } = each.messages;
      if (length >= json.length || length < (found?.messages.length ?? 1)) continue;
      if (!each.messages.every((message, i) => message === json[i])) continue;
      const isOther = found?.messages.length === length && json[length] === toJson(sentBack(found));
      if (!isOther) found = each;
    }
    return found;
  }

  return {
    restore,
    add({ request, response }) {
      const { body } = request ?? {};
      const message = wholeMessageIn(response);
      if (!message || !isJsonObject(body) || !Array.isArray(body['messages'])) return;
      const { id, content } = message;
      answered.set(id, { id, body, messages: body['messages'].map(toJson), content });
    },
    goesOnFrom: (body) => find(messagesOf(body))?.id,
    shorten(body) {
      const messages = messagesOf(body);
      const base = find(messages);
      if (!base || !isJsonObject(body)) return undefined;
      const added = messages.slice(base.messages.length);
      const isSentBack = toJson(added[0]) === toJson(sentBack(base));
      const changed = Object.entries(body).filter(
        ([key, value]) => key !== 'messages' && toJson(value) !== toJson(base.body[key]),
      );
      const short: Continuation = {
        continues: base.id,
        body: {
          ...Object.fromEntries(changed),
          messages: isSentBack ? [base.id, ...added.slice(1)] : added,
        },
      };
      return isDeepStrictEqual(restore(short), body) ? short : undefined;
    },
  };
}

function messagesOf(body: unknown): readonly unknown[] {
  const messages = isJsonObject(body) ? body['messages'] : undefined;
  return Array.isArray(messages) ? messages : [];
}

/** A response as clients append it to their history. */
function sentBack(response: Answered | undefined): JsonObject | undefined {
  return response && { role: 'assistant', content: response.content };
}

/** JSON with the keys of its objects in order: clients write the same message with its keys anyhow. */
function toJson(value: unknown): string {
  return JSON.stringify(value, sorted) ?? '';
}

function sorted(_: string, value: unknown): unknown {
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}
