// An agent as one may write it: the tool runner of the SDK, and one tool that Claude's code may call.
import { betaTool } from '@anthropic-ai/sdk/helpers/beta/json-schema';

const WEATHER = { Oslo: 4, Rome: 21 };

const temperature = betaTool({
  name: 'temperature',
  description: 'The temperature in a city, in degrees Celsius.',
  inputSchema: {
    type: 'object',
    properties: { city: { type: 'string' } },
    required: ['city'],
  },
  run: ({ city }) => String(WEATHER[city]),
});

const tools = [
  { type: 'code_execution_20260120', name: 'code_execution' },
  { ...temperature, allowed_callers: ['code_execution_20260120'] },
];

export async function ask(client, question) {
  const message = await client.beta.messages.toolRunner({
    model: 'claude-sonnet-4-6',
    max_tokens: 4096,
    tools,
    messages: [{ role: 'user', content: question }],
  });
  return message.content.at(-1).text;
}
