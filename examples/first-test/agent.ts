// An agent as small as they come: the tool runner of the SDK, and one tool that Claude's code may call.
// #region agent
import type Anthropic from '@anthropic-ai/sdk';
import { betaTool } from '@anthropic-ai/sdk/helpers/beta/json-schema';

const fetchSales = betaTool({
  name: 'fetch_sales',
  description: 'The sales of an article as JSON, a row for each week.',
  inputSchema: { type: 'object', properties: { sku: { type: 'string' } }, required: ['sku'] },
  run: ({ sku }) => JSON.stringify(sku === 'ABC123' ? [{ units: 3 }, { units: 4 }] : []),
});

export async function ask(client: Anthropic, question: string): Promise<string> {
  const message = await client.beta.messages.toolRunner({
    model: 'claude-sonnet-4-6',
    max_tokens: 4096,
    tools: [
      { type: 'code_execution_20260120', name: 'code_execution' },
      { ...fetchSales, allowed_callers: ['code_execution_20260120'] },
    ],
    messages: [{ role: 'user', content: question }],
  });
  const last = message.content.at(-1);
  return last?.type === 'text' ? last.text : '';
}
// #endregion
