import { StopReason } from '../protocol/message.ts';
import type { WireBlock } from '../protocol/wire-blocks.ts';
import { isJsonObject, type WireMessage } from '../protocol/wire-message.ts';
import type { EventInput } from '../transcript/events.ts';
import { blocksOf, textIn, wireBlocksOf } from './content.ts';
import { createStepObserver } from './step-observer.ts';

/** Tells what happens in a conversation from what crosses the wire: turns, cells, commands, calls and their answers. */
export interface Observer {
  /** Takes note of a request's messages. */
  request(body: unknown): void;
  /** Takes note of the message that answers it. */
  response(message: WireMessage): void;
}

export interface ObserverOptions {
  /** Whether what the first request has of an earlier conversation is told, too. Default: false. */
  readonly history?: boolean | undefined;
}

/** Makes the observer of one conversation, from its first request on. */
export function createObserver(
  record: (event: EventInput) => void,
  { history = false }: ObserverOptions = {},
): Observer {
  const steps = createStepObserver(record);
  let turns = 0;
  let isOpen = false;

  function startTurn(user: string): void {
    record({ type: 'turn.started', turn: turns, scripted: String(turns), user });
    turns++;
    isOpen = true;
    steps.startTurn();
  }

  function hear(message: Record<string, unknown> | undefined): void {
    const blocks = blocksOf(message);
    const results = blocks.filter(({ type }) => type === 'tool_result');
    for (const block of results) steps.answer(block);
    const isReply = message?.['role'] !== 'user' || results.length > 0;
    if (!isOpen || !isReply) startTurn(textIn(blocks.filter(({ type }) => type === 'text')));
  }

  function tell(container: unknown, content: readonly WireBlock[], stopReason: unknown): void {
    steps.enter(container);
    steps.respond(content);
    if (stopReason === 'tool_use') steps.wait(content);
    else if (stopReason === 'pause_turn') steps.pause();
    else finishTurn(stopReason);
  }

  function finishTurn(stopReason: unknown): void {
    const { data: stop_reason } = StopReason.safeParse(stopReason);
    if (stop_reason) record({ type: 'turn.finished', turn: turns - 1, stop_reason });
    isOpen = false;
  }

  /** Tells what came before the last message, as far as the messages say it: why a response ended can be seen from the next. */
  function recall(messages: readonly Record<string, unknown>[], container: unknown): void {
    for (const [i, message] of messages.slice(0, -1).entries()) {
      if (message['role'] !== 'assistant') {
        hear(message);
        continue;
      }
      const next = messages[i + 1];
      const isAnswered = blocksOf(next).some(({ type }) => type === 'tool_result');
      const stop = next?.['role'] === 'assistant' ? 'pause_turn' : 'end_turn';
      tell(container, wireBlocksOf(message), isAnswered ? 'tool_use' : stop);
    }
  }

  return {
    request(body) {
      const messages = messagesIn(body);
      if (history && turns === 0 && messages.length > 1) {
        recall(messages, isJsonObject(body) ? body['container'] : undefined);
      }
      hear(messages.at(-1));
    },
    response({ container, content, stop_reason }) {
      if (!isOpen) startTurn('');
      tell(container, content, stop_reason);
    },
  };
}

function messagesIn(body: unknown): readonly Record<string, unknown>[] {
  const messages = isJsonObject(body) ? body['messages'] : undefined;
  return Array.isArray(messages) ? messages.filter(isJsonObject) : [];
}
