// An agent as one may write it: the tool runner of the SDK, with whatever client the environment makes.
import Anthropic from '@anthropic-ai/sdk';
import { betaTool } from '@anthropic-ai/sdk/helpers/beta/json-schema';

const DEGREES: Record<string, number> = { Oslo: 4, Rome: 21 };

const temperature = betaTool({
  name: 'temperature',
  description: 'The temperature in a city, in degrees Celsius.',
  inputSchema: {
    type: 'object',
    properties: { city: { type: 'string' } },
    required: ['city'],
  },
  run: ({ city }) => String(DEGREES[city]),
});

export async function ask(question: string): Promise<string> {
  const message = await new Anthropic().beta.messages.toolRunner({
    model: 'claude-sonnet-4-6',
    max_tokens: 4096,
    tools: [
      { type: 'code_execution_20260120', name: 'code_execution' },
      { ...temperature, allowed_callers: ['code_execution_20260120'] },
    ],
    messages: [{ role: 'user', content: question }],
    thread: false,
  });
  const last = message.content.at(-1);
  return last?.type === 'text' ? last.text : '';
}
