// An agent on Vercel's AI SDK. The container has to be asked for: without `prepareStep` the API refuses the results.
import { createAnthropic, forwardAnthropicContainerIdFromLastStep } from '@ai-sdk/anthropic';
import { generateText, jsonSchema, stepCountIs, tool } from 'ai';

const DEGREES: Record<string, number> = { Oslo: 4, Rome: 21 };

// #region agent
export async function ask(question: string, fetch: typeof globalThis.fetch): Promise<string> {
  const anthropic = createAnthropic({ fetch, apiKey: 'test' });
  const { text } = await generateText({
    model: anthropic('claude-sonnet-4-6'),
    prompt: question,
    stopWhen: stepCountIs(10),
    prepareStep: forwardAnthropicContainerIdFromLastStep,
    tools: {
      code_execution: anthropic.tools.codeExecution_20260120(),
      temperature: tool({
        description: 'The temperature in a city, in degrees Celsius.',
        inputSchema: jsonSchema<{ city: string }>({
          type: 'object',
          properties: { city: { type: 'string' } },
          required: ['city'],
        }),
        execute: ({ city }) => String(DEGREES[city]),
        providerOptions: { anthropic: { allowedCallers: ['code_execution_20260120'] } },
      }),
    },
  });
  return text;
}
// #endregion
