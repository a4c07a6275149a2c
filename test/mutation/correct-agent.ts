import type { FakeApi } from '../../src/api/create-fake-api.ts';
import type { Message } from '../../src/protocol/message.ts';
import { type Answer, outgoing, send } from './client.ts';
import type { Conversation } from './conversations.ts';
import { type Block, blocksOf, type Body, type Turn } from './wire.ts';

/** A request of a correct agent and what it got. */
export interface Exchange {
  readonly body: Body;
  readonly answer: Answer;
}

/** Plays a conversation to its end, as an agent does that makes no mistake; stops early when it is refused. */
export async function playConversation(
  api: FakeApi,
  conversation: Conversation,
): Promise<Exchange[]> {
  const { users, options, replies, streams, tools } = conversation;
  const exchanges: Exchange[] = [];
  const upcoming = [...users];
  let messages: Turn[] = [{ role: 'user', content: upcoming.shift()! }];
  let container: string | undefined;
  let last: Message | undefined;
  let answered = 0;

  const replyTo = (id: string): Block => {
    const { content, is_error } = replies[answered++ % replies.length]!;
    return {
      type: 'tool_result',
      tool_use_id: id,
      ...(content !== undefined && { content }),
      ...(is_error !== undefined && { is_error }),
    };
  };

  for (;;) {
    const named = conversation.namesContainer === 'always' || (last && waitsInCell(last));
    const stream = streams[exchanges.length % streams.length];
    const body: Body = {
      model: 'claude-sonnet-4-6',
      max_tokens: 1024,
      tools: [...tools],
      ...options,
      ...(stream && { stream }),
      ...(named && container !== undefined && { container }),
      messages,
    };
    const answer = await send(api, outgoing(body));
    exchanges.push({ body, answer });
    last = answer.message;
    if (!last) return exchanges;
    container = last.container?.id ?? container;
    messages = withResponse(messages, last, conversation);
    if (last.stop_reason === 'pause_turn') continue;
    if (last.stop_reason === 'tool_use') {
      const content = last.content.flatMap((block) =>
        block.type === 'tool_use' ? [replyTo(block.id)] : [],
      );
      messages = [...messages, { role: 'user', content }];
      continue;
    }
    const content = upcoming.shift();
    if (content === undefined) return exchanges;
    messages = [...messages, { role: 'user', content }];
  }
}

/** Whether a cell waits for answers, or may be in line in a paused turn. */
function waitsInCell({ content, stop_reason }: Message): boolean {
  if (stop_reason === 'pause_turn') return true;
  return content.some(
    (block) =>
      block.type === 'tool_use' && block.caller !== undefined && block.caller.type !== 'direct',
  );
}

function withResponse(
  messages: readonly Turn[],
  { content }: Message,
  { continuation }: Conversation,
): Turn[] {
  const before = messages.at(-1);
  // Two responses without ids are kept apart: joined, nothing would say which conversation they come from.
  const goesOn =
    before?.role === 'assistant' &&
    continuation === 'same_message' &&
    blocksOf(before).some(({ id }) => id !== undefined);
  if (!goesOn) return [...messages, { role: 'assistant', content: content as Block[] }];
  const joined = [...blocksOf(before), ...(content as Block[])];
  return [...messages.slice(0, -1), { role: 'assistant', content: joined }];
}
