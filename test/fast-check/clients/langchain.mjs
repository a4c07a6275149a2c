// LangChain's model with its tools bound to it, in the loop of its documentation, with the container forwarded.
import { ChatAnthropic } from '@langchain/anthropic';
import { HumanMessage, ToolMessage } from '@langchain/core/messages';
import { toolsOf } from './tools.mjs';

export async function runAgent(api, { scenario, inputs }) {
  const own = toolsOf(api, scenario);
  const tools = own.map(({ name, allowedCallers }) => ({
    name,
    description: name,
    input_schema: { type: 'object', properties: {}, additionalProperties: true },
    allowed_callers: allowedCallers,
  }));
  const model = new ChatAnthropic({
    model: 'claude-sonnet-4-6',
    maxTokens: 4096,
    apiKey: 'test',
    clientOptions: { fetch: api.fetch },
  }).bindTools([{ type: 'code_execution_20260120', name: 'code_execution' }, ...tools]);
  const messages = [new HumanMessage(inputs[0])];
  let container;
  for (;;) {
    const message = await model.invoke(messages, container && { container });
    messages.push(message);
    container = message.response_metadata.container?.id ?? container;
    if (!message.tool_calls?.length) return;
    for (const { id, name, args } of message.tool_calls) {
      const content = await own.find((tool) => tool.name === name).run(args);
      messages.push(new ToolMessage({ tool_call_id: id, content }));
    }
  }
}
