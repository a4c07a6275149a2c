import { expect, test } from 'vitest';
import type { JsonObject } from '../../protocol/json-object.ts';
import type { Message } from '../../protocol/message.ts';
import { runConversation } from './conversation.ts';

const message = (
  stop_reason: Message['stop_reason'],
  content: Message['content'],
  container?: string,
): Message => ({
  id: 'msg_1',
  type: 'message',
  role: 'assistant',
  model: 'm',
  content,
  stop_reason,
  stop_sequence: null,
  stop_details: null,
  usage: { input_tokens: 0, output_tokens: 0 },
  ...(container && { container: { id: container, expires_at: '2035-01-01T00:00:00.000000Z' } }),
});
const toolUse = (id: string) => ({
  type: 'tool_use' as const,
  id,
  name: 'fetch',
  input: { id },
  caller: { type: 'code_execution_20260120' as const, tool_id: 'srvtoolu_1' },
});
const text = (text: string) => ({ type: 'text' as const, text });

/** Holds a conversation with an API that sends these messages, and returns the bodies it was sent. */
async function converse(userMessages: string[], ...replies: Message[]): Promise<JsonObject[]> {
  const bodies: JsonObject[] = [];
  await runConversation({
    send: async (body) => {
      bodies.push(structuredClone(body));
      return replies.shift()!;
    },
    model: 'm',
    tools: [{ type: 'code_execution_20260120', name: 'code_execution' }],
    messages: userMessages,
    answer: ({ id }) => ({ content: `answer to ${id}`, ...(id === 'b' && { is_error: true }) }),
  });
  expect(replies).toEqual([]);
  return bodies;
}

test('all calls of a response are answered in one message of nothing but results', async () => {
  const [, second] = await converse(
    ['Hi'],
    message('tool_use', [text('…'), toolUse('a'), toolUse('b')], 'container_1'),
    message('end_turn', [text('Done.')]),
  );
  expect(second!['messages']).toEqual([
    { role: 'user', content: 'Hi' },
    { role: 'assistant', content: [text('…'), toolUse('a'), toolUse('b')] },
    {
      role: 'user',
      content: [
        { type: 'tool_result', tool_use_id: 'a', content: 'answer to a' },
        { type: 'tool_result', tool_use_id: 'b', content: 'answer to b', is_error: true },
      ],
    },
  ]);
});

test('the container of the last response that named one goes with every request after it', async () => {
  const bodies = await converse(
    ['Hi', 'And now?', 'Bye'],
    message('tool_use', [toolUse('a')], 'container_1'),
    message('end_turn', [text('Done.')]),
    message('end_turn', [text('Done.')], 'container_2'),
    message('end_turn', [text('Bye.')]),
  );
  expect(bodies.map((body) => body['container'])).toEqual([
    undefined,
    'container_1',
    'container_1',
    'container_2',
  ]);
});

test('a paused turn goes on with the same history', async () => {
  const [, second] = await converse(
    ['Hi'],
    message('pause_turn', [text('…')]),
    message('end_turn', [text('Done.')]),
  );
  expect(second!['messages']).toEqual([
    { role: 'user', content: 'Hi' },
    { role: 'assistant', content: [text('…')] },
  ]);
});

test('a turn without an end is given up', async () => {
  const endless = runConversation({
    send: async () => message('tool_use', [toolUse('a')]),
    model: 'm',
    tools: [],
    messages: ['Hi'],
    answer: () => ({ content: '' }),
    maxRequests: 3,
  });
  await expect(endless).rejects.toThrow('The turn was still going on after 3 requests.');
});
