// `@anthropic-ai/sdk`, streamed, as it was before it had helpers for tools: the container is read from the events.
import Anthropic from '@anthropic-ai/sdk';

export async function stream({ model, prompts, tools, answer, fetch, baseURL, apiKey }) {
  const client = new Anthropic({ ...(fetch && { fetch }), baseURL, apiKey, maxRetries: 0 });
  const messages = [];
  let container;
  for (const prompt of prompts) {
    messages.push({ role: 'user', content: prompt });
    let message;
    do {
      const params = { model, max_tokens: 4096, tools, messages, ...(container && { container }) };
      const streamed = client.messages.stream(params);
      streamed.on('streamEvent', ({ delta, message }) => {
        container = delta?.container?.id ?? message?.container?.id ?? container;
      });
      message = await streamed.finalMessage();
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
