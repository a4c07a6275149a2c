// LangChain.js: the model with tools bound to it, and a loop by hand.
import { ChatAnthropic } from '@langchain/anthropic';
import { HumanMessage, ToolMessage } from '@langchain/core/messages';

async function converse({ model, prompts, tools, answer, ...where }, { forward, ask }) {
  const chat = new ChatAnthropic({ model, maxTokens: 4096, maxRetries: 0, ...optionsOf(where) });
  const bound = chat.bindTools(tools);
  const messages = [];
  let container;
  for (const prompt of prompts) {
    messages.push(new HumanMessage(prompt));
    let message;
    do {
      message = await ask(bound, messages, forward && container ? { container } : {});
      container =
        message.response_metadata.container?.id ??
        message.additional_kwargs.container?.id ??
        container;
      messages.push(message);
      for (const { id, name, args } of message.tool_calls) {
        messages.push(new ToolMessage({ tool_call_id: id, ...toResult(answer(name, args)) }));
      }
    } while (message.tool_calls.length > 0);
  }
}

function toResult({ content, is_error }) {
  return { content, status: is_error ? 'error' : 'success' };
}

const invoke = (bound, messages, options) => bound.invoke(messages, options);

async function streamed(bound, messages, options) {
  let whole;
  for await (const chunk of await bound.stream(messages, options)) {
    whole = whole ? whole.concat(chunk) : chunk;
  }
  return whole;
}

export const plain = (assignment) => converse(assignment, { forward: true, ask: invoke });
export const plainWithoutContainer = (assignment) =>
  converse(assignment, { forward: false, ask: invoke });
export const stream = (assignment) => converse(assignment, { forward: true, ask: streamed });
export const streamWithoutContainer = (assignment) =>
  converse(assignment, { forward: false, ask: streamed });

function optionsOf({ fetch, baseURL, apiKey }) {
  return { apiKey, anthropicApiUrl: baseURL, ...(fetch && { clientOptions: { fetch } }) };
}
