// The tool runner of the SDK, as its documentation has it.
import Anthropic from '@anthropic-ai/sdk';
import { betaTool } from '@anthropic-ai/sdk/helpers/beta/json-schema';
import { toolsOf } from './tools.mjs';

export async function runAgent(api, { scenario, inputs }) {
  const client = new Anthropic({ fetch: api.fetch, apiKey: 'test' });
  const tools = toolsOf(api, scenario).map(({ name, allowedCallers, run }) => ({
    ...betaTool({ name, description: name, inputSchema: { type: 'object' }, run }),
    allowed_callers: allowedCallers,
  }));
  const [content] = inputs;
  await client.beta.messages.toolRunner({
    model: 'claude-sonnet-4-6',
    max_tokens: 4096,
    tools: [{ type: 'code_execution_20260120', name: 'code_execution' }, ...tools],
    messages: [{ role: 'user', content }],
  });
}
