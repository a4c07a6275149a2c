import { blockId } from '../../protocol/block-params.ts';
import type { ContentBlock } from '../../protocol/blocks.ts';
import type { Message } from '../../protocol/message.ts';
import type { MessageRequest } from '../../protocol/request.ts';
import { blocksOf } from '../../machine/checks/history.ts';
import type { TranscriptEvent } from '../../transcript/events.ts';
import { type ExchangeView, exchangesOf, isDamaged } from './exchanges.ts';
import { type Breach, invariant, type Invariant } from './invariant.ts';

/**
 * Nothing is made of a response that did not come whole, because its stream was cut or is malformed: no tool runs for it,
 * nothing of it comes back in a request, until the same response has come whole.
 */
export const wholeResponsesOnly: Invariant = invariant('whole_responses_only', (events) => {
  const exchanges = new Map(exchangesOf(events).map((each) => [each.request, each]));
  /** Messages of which the client has only a part, by their ids. */
  const parts = new Map<string, Message>();
  return events.flatMap((event): Breach[] => {
    if (event.type === 'response.sent') take(exchanges.get(event.request), parts);
    const trusted = [...parts.values()].find((part) => isTrusted(part, event, exchanges));
    if (!trusted) return [];
    parts.delete(trusted.id);
    return [
      {
        session: event.session,
        request: event.type === 'request.received' ? event.request : undefined,
        message: `The client went on with ${trusted.id}, of which it had only a part: the response had been cut off.`,
        fix: 'Take a stream for whole at its `message_stop`, and a response at its end. Send the request again otherwise.',
      },
    ];
  });
});

function take(exchange: ExchangeView | undefined, parts: Map<string, Message>): void {
  const message = exchange?.message;
  if (!message) return;
  if (isDamaged(exchange)) parts.set(message.id, message);
  else parts.delete(message.id);
}

function isTrusted(
  part: Message,
  event: TranscriptEvent,
  exchanges: ReadonlyMap<string, ExchangeView>,
): boolean {
  if (event.type === 'tool.started') {
    return part.content.some((block) => 'id' in block && block.id === event.call);
  }
  const sent = event.type === 'request.received' ? exchanges.get(event.request)?.sent : undefined;
  return sent !== undefined && comesBack(part, sent);
}

/** Whether something of a message is in a request: a block with its id, or the beginning of its text. */
function comesBack({ content }: Message, { messages }: MessageRequest): boolean {
  const last = messages.findLast(({ role }) => role === 'assistant');
  const sent = last ? blocksOf(last) : [];
  const [first] = content;
  const [text] = sent;
  if (first?.type === 'text' && text?.type === 'text' && text.text !== '') {
    if (first.text.startsWith(text.text)) return true;
  }
  const ids = new Set(content.flatMap((block) => idOf(block) ?? []));
  return sent.some((block) => ids.has(blockId(block) ?? ''));
}

function idOf(block: ContentBlock): string | undefined {
  return 'id' in block ? block.id : undefined;
}
