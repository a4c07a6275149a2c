// Vercel's AI SDK, with the container forwarded as its documentation has it.
import { createAnthropic, forwardAnthropicContainerIdFromLastStep } from '@ai-sdk/anthropic';
import { generateText, jsonSchema, stepCountIs, tool } from 'ai';
import { toolsOf } from './tools.mjs';

const anyObject = jsonSchema({ type: 'object', properties: {}, additionalProperties: true });

export async function runAgent(api, { scenario, inputs }) {
  const anthropic = createAnthropic({ fetch: api.fetch, apiKey: 'test' });
  const tools = toolsOf(api, scenario).map(({ name, allowedCallers, run }) => [
    name,
    tool({
      description: name,
      inputSchema: anyObject,
      execute: run,
      providerOptions: { anthropic: { allowedCallers } },
    }),
  ]);
  await generateText({
    model: anthropic('claude-sonnet-4-6'),
    prompt: inputs[0],
    stopWhen: stepCountIs(20),
    prepareStep: forwardAnthropicContainerIdFromLastStep,
    tools: {
      code_execution: anthropic.tools.codeExecution_20260120(),
      ...Object.fromEntries(tools),
    },
  });
}
