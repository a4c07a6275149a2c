// An agent on LangChain.js: the model with a tool bound to it, and a loop that forwards the container.
import { ChatAnthropic } from '@langchain/anthropic';
import { type BaseMessage, HumanMessage, ToolMessage } from '@langchain/core/messages';

const DEGREES: Record<string, number> = { Oslo: 4, Rome: 21 };

const tools = [
  { type: 'code_execution_20260120' as const, name: 'code_execution' as const },
  {
    name: 'temperature',
    description: 'The temperature in a city, in degrees Celsius.',
    input_schema: {
      type: 'object' as const,
      properties: { city: { type: 'string' } },
      required: ['city'],
    },
    allowed_callers: ['code_execution_20260120' as const],
  },
];

/** Begins a conversation. The function it returns asks a question and resolves to Claude's answer. */
export function createChat(fetch: typeof globalThis.fetch): (question: string) => Promise<string> {
  const model = new ChatAnthropic({
    model: 'claude-sonnet-4-6',
    maxTokens: 4096,
    maxRetries: 0,
    apiKey: 'test',
    clientOptions: { fetch },
  }).bindTools(tools);
  const messages: BaseMessage[] = [];
  let container: string | undefined;

  return async (question) => {
    messages.push(new HumanMessage(question));
    for (;;) {
      const message = await model.invoke(messages, container === undefined ? {} : { container });
      messages.push(message);
      container = containerOf(message.response_metadata) ?? container;
      if (!message.tool_calls?.length) return message.text;
      for (const { id = '', args } of message.tool_calls) {
        const content = String(DEGREES[args['city']]);
        messages.push(new ToolMessage({ tool_call_id: id, content }));
      }
    }
  };
}

function containerOf(metadata: Record<string, unknown>): string | undefined {
  const { container } = metadata;
  const hasId = typeof container === 'object' && container !== null && 'id' in container;
  return hasId ? String(container.id) : undefined;
}
