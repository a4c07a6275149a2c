import type Anthropic from '@anthropic-ai/sdk';

export interface Agent {
  readonly tools: Anthropic.ToolUnion[];
  /** Runs a client tool. */
  answer(name: string, input: unknown): Promise<string>;
  /** Read responses as streams. */
  readonly stream?: boolean;
}

/**
 * A correct agent on the SDK: sends each user message, answers calls until the turn ends, and forwards the history and
 * the container. Returns every response.
 */
export async function chat(
  client: Anthropic,
  agent: Agent,
  userMessages: readonly string[],
): Promise<Anthropic.Message[]> {
  const responses: Anthropic.Message[] = [];
  const messages: Anthropic.MessageParam[] = [];
  let container: string | null = null;
  for (const content of userMessages) {
    messages.push({ role: 'user', content });
    for (;;) {
      const body: Anthropic.MessageCreateParamsNonStreaming = {
        model: 'claude-sonnet-4-6',
        max_tokens: 1024,
        tools: agent.tools,
        messages,
        container,
      };
      const response: Anthropic.Message = agent.stream
        ? await client.messages.stream(body).finalMessage()
        : await client.messages.create(body);
      responses.push(response);
      messages.push({ role: 'assistant', content: response.content });
      container = response.container?.id ?? container;
      const calls = response.content.filter((block) => block.type === 'tool_use');
      if (calls.length === 0) break;
      const results = calls.map(async (call) => ({
        type: 'tool_result' as const,
        tool_use_id: call.id,
        content: await agent.answer(call.name, call.input),
      }));
      messages.push({ role: 'user', content: await Promise.all(results) });
    }
  }
  return responses;
}
