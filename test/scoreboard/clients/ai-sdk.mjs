// Vercel's AI SDK with its Anthropic provider.
import { createAnthropic, forwardAnthropicContainerIdFromLastStep } from '@ai-sdk/anthropic';
import { generateText, jsonSchema, stepCountIs, streamText, tool } from 'ai';

const MAX_STEPS = 20;

/** A conversation: each turn gets the messages of those before, and the container when it is forwarded. */
async function converse({ model, prompts, tools, answer, ...where }, { forward, run }) {
  const anthropic = createAnthropic(optionsOf(where));
  const messages = [];
  let container;
  for (const prompt of prompts) {
    messages.push({ role: 'user', content: prompt });
    const { responseMessages, steps } = await run({
      model: anthropic(model),
      messages,
      maxRetries: 0,
      stopWhen: stepCountIs(MAX_STEPS),
      tools: Object.fromEntries(tools.map((tool) => [tool.name, toTool(tool)])),
      ...(forward && {
        prepareStep: forwardAnthropicContainerIdFromLastStep,
        ...(container && { providerOptions: { anthropic: { container: { id: container } } } }),
      }),
    });
    messages.push(...responseMessages);
    container = steps.at(-1).providerMetadata?.anthropic?.container?.id ?? container;
  }

  function toTool({ name, description, input_schema, allowed_callers }) {
    const { webSearch_20260209, webFetch_20260209, codeExecution_20260120 } = anthropic.tools;
    if (name === 'web_search') return webSearch_20260209();
    if (name === 'web_fetch') return webFetch_20260209();
    if (!input_schema) return codeExecution_20260120();
    return tool({
      description,
      inputSchema: jsonSchema(input_schema),
      execute: async (input) => {
        const { content, is_error } = answer(name, input);
        if (is_error) throw new Error(content);
        return content;
      },
      providerOptions: { anthropic: { allowedCallers: allowed_callers } },
    });
  }
}

async function streamed(options) {
  const errors = [];
  const result = streamText({ ...options, onError: ({ error }) => errors.push(error) });
  await result.consumeStream();
  if (errors.length > 0) throw errors[0];
  return {
    responseMessages: await messagesOf(result),
    steps: await result.steps,
  };
}

async function generated(options) {
  const result = await generateText(options);
  return { responseMessages: await messagesOf(result), steps: result.steps };
}

/** The messages of all steps: version 6 has them in the response, where version 7 has those of the last step. */
async function messagesOf(result) {
  return (await result.responseMessages) ?? (await result.response).messages;
}

export const generate = (assignment) => converse(assignment, { forward: true, run: generated });
export const generateWithoutContainer = (assignment) =>
  converse(assignment, { forward: false, run: generated });
export const stream = (assignment) => converse(assignment, { forward: true, run: streamed });
export const streamWithoutContainer = (assignment) =>
  converse(assignment, { forward: false, run: streamed });

function optionsOf({ fetch, baseURL, apiKey }) {
  return { ...(fetch && { fetch }), baseURL: `${baseURL}/v1`, apiKey };
}
