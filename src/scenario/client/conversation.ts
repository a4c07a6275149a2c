import type { ToolUseBlock } from '../../protocol/blocks.ts';
import type { JsonObject } from '../../protocol/json-object.ts';
import type { Message } from '../../protocol/message.ts';
import type { ToolResult } from './run-tools.ts';
import type { Send } from './send.ts';
import type { ToolDefinition } from './tool-definitions.ts';

/** What an agent needs to hold a conversation. */
export interface ConversationOptions {
  readonly send: Send;
  readonly model: string;
  /** Default: none. */
  readonly system?: string | undefined;
  /** The tools every request declares. */
  readonly tools: readonly ToolDefinition[];
  /** What the user says, one message a turn. */
  readonly messages: readonly string[];
  /** Runs a tool. What it throws ends the conversation. */
  readonly answer: (call: ToolUseBlock) => ToolResult | Promise<ToolResult>;
  /** Default: 4096. */
  readonly maxTokens?: number | undefined;
  /** After so many requests a turn is taken for endless. Default: 1000. */
  readonly maxRequests?: number | undefined;
}

/** A turn did not come to an end. */
class EndlessTurnError extends Error {
  override readonly name: string = 'EndlessTurnError';
  readonly code = 'turn.endless';
}

/**
 * Holds a conversation the way an agent should: keeps the history as it came, stays in the container it was given,
 * answers all pending calls of a response in one message of nothing but results, and goes on until Claude ends the turn.
 * Returns the history. Rejects with what `send` or `answer` throw, or an `EndlessTurnError`.
 */
export async function runConversation(options: ConversationOptions): Promise<JsonObject[]> {
  const {
    send,
    model,
    system,
    tools,
    messages,
    answer,
    maxTokens = 4096,
    maxRequests = 1000,
  } = options;
  const history: JsonObject[] = [];
  let container: string | undefined;

  for (const text of messages) {
    history.push({ role: 'user', content: text });
    let requests = 0;
    let ended = false;
    while (!ended) {
      if (requests++ === maxRequests) {
        throw new EndlessTurnError(`The turn was still going on after ${maxRequests} requests.`);
      }
      const message = await send({
        model,
        max_tokens: maxTokens,
        ...(system !== undefined && { system }),
        ...(container !== undefined && { container }),
        tools,
        messages: history,
      });
      container = message.container?.id ?? container;
      history.push({ role: 'assistant', content: message.content });
      if (message.stop_reason === 'tool_use') {
        history.push({ role: 'user', content: await results(message, answer) });
      } else {
        // A paused turn goes on with the same history and no new user message.
        ended = message.stop_reason !== 'pause_turn';
      }
    }
  }
  return history;
}

async function results(
  { content }: Message,
  answer: ConversationOptions['answer'],
): Promise<JsonObject[]> {
  const calls = content.filter((block) => block.type === 'tool_use');
  return Promise.all(
    calls.map(async (call) => {
      const { content, is_error } = await answer(call);
      return { type: 'tool_result', tool_use_id: call.id, content, ...(is_error && { is_error }) };
    }),
  );
}
