import { wholeMessageIn } from '../cassette/body.ts';
import type { Exchange } from '../cassette/exchange.ts';
import { createRecorderTo } from '../cassette/recorder.ts';
import type { RecordingClock } from '../cassette/real-time.ts';
import type { Fetch } from '../protocol/fetch.ts';
import type { Message } from '../protocol/message.ts';
import { AnswerMissingError } from '../scenario/client/answers.ts';
import { runConversation } from '../scenario/client/conversation.ts';
import { createToolRunner, type ToolResult } from '../scenario/client/run-tools.ts';
import type { Send } from '../scenario/client/send.ts';
import { toolDefinitions } from '../scenario/client/tool-definitions.ts';
import type { Conversation } from '../scenario/conversations.ts';
import { DEFAULT_MODEL, type ScenarioData } from '../scenario/data/scenario-data.ts';

/** Who the user's side of a conversation is played to, and how. */
export interface ConversationPartner {
  readonly fetch: Fetch;
  /** Such as `https://api.anthropic.com`. */
  readonly baseURL: string;
  readonly apiKey: string;
  readonly clock?: RecordingClock | undefined;
  /** Takes each exchange as it ends. */
  readonly note?: (exchange: Exchange) => void;
}

/** What is played. */
export interface UserSide {
  readonly data: ScenarioData;
  readonly conversation: Conversation;
  /** Default: the scenario's. */
  readonly model?: string | undefined;
  /** Whether every response is streamed. */
  readonly stream: boolean;
  /** How many requests are sent at most. */
  readonly maxRequests: number;
}

/** The conversation ends before its time: the last exchange says why. */
class BrokenOffError extends Error {}

/**
 * Holds the user's side of a conversation: says what the user says, answers calls as the scenario's tools do. It ends at
 * the first response that is no message. Returns what crossed the wire.
 */
export async function holdConversation(
  { data, conversation, model, stream, maxRequests }: UserSide,
  { fetch, baseURL, apiKey, clock, note }: ConversationPartner,
): Promise<readonly Exchange[]> {
  const exchanges: Exchange[] = [];
  const recorder = createRecorderTo(
    {
      append(exchange) {
        exchanges.push(exchange);
        note?.(exchange);
      },
      close() {},
    },
    { fetch, clock },
  );
  const send: Send = async (body) => {
    if (exchanges.length === maxRequests) throw new BrokenOffError();
    const response = await recorder
      .fetch(`${baseURL.replace(/\/+$/, '')}/v1/messages`, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          'anthropic-version': '2023-06-01',
          'x-api-key': apiKey,
        },
        body: JSON.stringify(stream ? { ...body, stream } : body),
      })
      .catch(() => undefined);
    await response?.text().catch(() => undefined);
    const message = wholeMessageIn(exchanges.at(-1)?.response);
    if (!message) throw new BrokenOffError();
    const received: Message = JSON.parse(JSON.stringify(message));
    return received;
  };
  try {
    await runConversation({
      send,
      system: conversation.system,
      model: model ?? data.model ?? DEFAULT_MODEL,
      tools: toolDefinitions(data),
      messages: conversation.turns.flatMap(({ user }) => user ?? []),
      answer: answerer(data),
    });
  } catch (error) {
    if (!(error instanceof BrokenOffError)) throw error;
  } finally {
    await recorder.close();
  }
  return exchanges;
}

/** Answers calls. What Claude asks is its own affair, so a tool may have no answer for it: the call fails then. */
function answerer({
  tools = {},
}: ScenarioData): (
  call: Parameters<ReturnType<typeof createToolRunner>>[0],
) => Promise<ToolResult> {
  const run = createToolRunner(tools);
  return async (call) => {
    try {
      return await run(call);
    } catch (error) {
      if (!(error instanceof AnswerMissingError)) throw error;
      return { content: error.message, is_error: true };
    }
  };
}
