// An agent as one may write it: a loop on the SDK, one tool that Claude's code may call, a conversation that goes on.
import type Anthropic from '@anthropic-ai/sdk';

const SALES: Record<string, { units: number }[]> = { ABC123: [{ units: 3 }, { units: 4 }] };

const tools: Anthropic.ToolUnion[] = [
  { type: 'code_execution_20260120', name: 'code_execution' },
  {
    name: 'fetch_sales_data',
    description: 'The sales of an article, a row for each week, as JSON.',
    input_schema: {
      type: 'object',
      properties: { sku: { type: 'string' } },
      required: ['sku'],
    },
    allowed_callers: ['code_execution_20260120'],
  },
];

function fetchSalesData({ sku }: { sku: string }): string {
  return JSON.stringify(SALES[sku] ?? []);
}

/** Begins a conversation. The function it returns asks a question and resolves to Claude's answer. */
export function createChat(client: Anthropic): (question: string) => Promise<string> {
  const messages: Anthropic.MessageParam[] = [];
  let container: string | null = null;

  return async (question) => {
    messages.push({ role: 'user', content: question });
    for (;;) {
      const response: Anthropic.Message = await client.messages.create({
        model: 'claude-sonnet-4-6',
        max_tokens: 4096,
        tools,
        messages,
        container,
      });
      container = response.container?.id ?? container;
      messages.push({ role: 'assistant', content: response.content });
      const calls = response.content.filter((block) => block.type === 'tool_use');
      if (calls.length === 0) return textOf(response);
      messages.push({ role: 'user', content: calls.map(answer) });
    }
  };
}

function answer({ id, input }: Anthropic.ToolUseBlock): Anthropic.ToolResultBlockParam {
  const content = fetchSalesData(input as { sku: string });
  return { type: 'tool_result', tool_use_id: id, content };
}

function textOf({ content }: Anthropic.Message): string {
  const last = content.at(-1);
  return last?.type === 'text' ? last.text : '';
}
