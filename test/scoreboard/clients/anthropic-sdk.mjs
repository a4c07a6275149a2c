// `@anthropic-ai/sdk` as its documentation uses it: a loop around `create` or `stream`, and the tool runner.
import Anthropic from '@anthropic-ai/sdk';
import { betaTool } from '@anthropic-ai/sdk/helpers/beta/json-schema';

const MAX_TOKENS = 4096;

/** The loop of the documentation: forwards the container, answers all calls in one message. */
async function converse({ model, prompts, tools, answer }, send) {
  const messages = [];
  let container;
  for (const prompt of prompts) {
    messages.push({ role: 'user', content: prompt });
    let message;
    do {
      message = await send({
        model,
        max_tokens: MAX_TOKENS,
        tools,
        messages,
        ...(container && { container }),
      });
      container = message.container?.id ?? container;
      messages.push({ role: 'assistant', content: message.content });
      const calls = message.content.filter(({ type }) => type === 'tool_use');
      if (calls.length > 0) messages.push({ role: 'user', content: calls.map(result) });
    } while (['tool_use', 'pause_turn'].includes(message.stop_reason));
  }

  function result({ id, name, input }) {
    const { content, is_error } = answer(name, input);
    return { type: 'tool_result', tool_use_id: id, content, is_error };
  }
}

export function create(assignment) {
  const client = new Anthropic(optionsOf(assignment));
  return converse(assignment, (params) => client.messages.create(params));
}

export function stream(assignment) {
  const client = new Anthropic(optionsOf(assignment));
  return converse(assignment, (params) => client.messages.stream(params).finalMessage());
}

/** The tool runner: the second turn goes on with the messages and the container of the first. */
async function runTools({ model, prompts, tools, answer, ...where }, { stream = false, thread }) {
  const client = new Anthropic(optionsOf(where));
  let messages = [];
  let container;
  for (const prompt of prompts) {
    const runner = client.beta.messages.toolRunner({
      model,
      max_tokens: MAX_TOKENS,
      tools: tools.map((tool) => runnable(tool, answer)),
      messages: [...messages, { role: 'user', content: prompt }],
      ...(container && { container }),
      stream,
      // Older versions do not know it, and would send it.
      ...(thread !== undefined && { thread }),
    });
    for await (const reply of runner) {
      const message = stream ? await reply.finalMessage() : reply;
      container = message.container?.id ?? container;
    }
    messages = runner.params.messages;
  }
}

/** As it runs by default: since 1.2 each turn is on a thread that the API holds. */
export const toolRunner = (assignment) => runTools(assignment, {});
export const toolRunnerStream = (assignment) => runTools(assignment, { stream: true });
export const toolRunnerNoThreads = (assignment) => runTools(assignment, { thread: false });
export const toolRunnerNoThreadsStream = (assignment) =>
  runTools(assignment, { thread: false, stream: true });

/** One thread for the whole conversation. */
export async function thread({ model, prompts, tools, answer, ...where }) {
  const client = new Anthropic(optionsOf(where));
  const conversation = client.beta.messages.thread({
    model,
    max_tokens: MAX_TOKENS,
    tools: tools.map((tool) => runnable(tool, answer)),
  });
  for (const prompt of prompts) {
    conversation.append({ role: 'user', content: prompt });
    await conversation.toolRunner();
  }
}

function runnable(tool, answer) {
  if (!tool.input_schema) return tool;
  const { name, description, input_schema: inputSchema, allowed_callers } = tool;
  const run = (input) => {
    const { content, is_error } = answer(name, input);
    if (is_error) throw new Error(content);
    return content;
  };
  return { ...betaTool({ name, description, inputSchema, run }), allowed_callers };
}

function optionsOf({ fetch, baseURL, apiKey }) {
  return { ...(fetch && { fetch }), baseURL, apiKey, maxRetries: 0 };
}
