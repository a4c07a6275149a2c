import Anthropic from '@anthropic-ai/sdk';

/** What the SDK makes of a streamed response that crosses the wire in these chunks. */

function clientOf(chunks: readonly Uint8Array[]): Anthropic {
  const fetch = async (): Promise<Response> =>
    new Response(ReadableStream.from(chunks), {
      headers: { 'content-type': 'text/event-stream; charset=utf-8' },
    });
  return new Anthropic({ apiKey: 'test', fetch, maxRetries: 0 });
}

const request = {
  model: 'claude-sonnet-4-6',
  max_tokens: 1,
  messages: [{ role: 'user' as const, content: 'Hi' }],
};

/** The message `client.messages.stream` ends with, as JSON: the accumulator of plain or of beta requests. */
export async function finalMessage(chunks: readonly Uint8Array[], beta = false): Promise<any> {
  const client = clientOf(chunks);
  const stream = beta ? client.beta.messages.stream(request) : client.messages.stream(request);
  const message = await stream.finalMessage();
  // The stream helper adds `parsed_output`: it is not on the wire.
  const { parsed_output: _, ...received } = JSON.parse(JSON.stringify(message));
  return received;
}

/** The events that iterating over `create({ stream: true })` gives. */
export async function iteratedEvents(chunks: readonly Uint8Array[]): Promise<any[]> {
  const events = [];
  const stream = await clientOf(chunks).messages.create({ ...request, stream: true });
  for await (const event of stream) events.push(event);
  return events;
}
