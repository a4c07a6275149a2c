import type { Exchange } from '../../src/cassette/exchange.ts';
import type { WireMessage } from '../../src/protocol/wire-message.ts';

/** An invented session as it might be recorded: a cell that makes one call, and the rest of its turn. */

const message = (id: string, content: WireMessage['content'], more: object = {}): WireMessage => ({
  model: 'claude-sonnet-4-6',
  id,
  type: 'message',
  role: 'assistant',
  content,
  stop_reason: 'tool_use',
  stop_sequence: null,
  usage: { input_tokens: 1, output_tokens: 1 },
  ...more,
});
const code = 'rows = await fetch_rows({})\nprint(rows)\n';
const cellUse = {
  type: 'server_tool_use',
  id: 'srvtoolu_01abcdef',
  name: 'code_execution',
  input: { code },
};
export const callUse = {
  type: 'tool_use',
  id: 'toolu_01abcdef',
  name: 'fetch_rows',
  input: {},
  caller: { type: 'code_execution_20260120', tool_id: 'srvtoolu_01abcdef' },
};
const container = { id: 'container_01abcdef', expires_at: '2035-01-01T00:05:00.000000Z' };
export const first = message('msg_01first', [cellUse, callUse], { container });
export const second = message(
  'msg_01second',
  [
    {
      type: 'code_execution_tool_result',
      tool_use_id: 'srvtoolu_01abcdef',
      content: {
        type: 'code_execution_result',
        stdout: '7\n',
        stderr: '',
        return_code: 0,
        content: [],
      },
    },
    { type: 'text', text: 'Seven.' },
  ],
  { stop_reason: 'end_turn', container },
);

export const head = {
  method: 'POST',
  origin: 'https://api.anthropic.com',
  path: '/v1/messages',
  headers: {},
};
export const question = { role: 'user', content: 'How many rows?' };
const tools = [{ type: 'code_execution_20260120', name: 'code_execution' }];
const ask = { model: 'claude-sonnet-4-6', max_tokens: 1024, tools, messages: [question] };
export const answers = {
  role: 'user',
  content: [{ type: 'tool_result', tool_use_id: 'toolu_01abcdef', content: '7' }],
};
export const goOn = {
  ...ask,
  messages: [question, { role: 'assistant', content: first.content }, answers],
  container: container.id,
};
export const session: Exchange[] = [
  { request: { ...head, body: ask }, response: { status: 200, headers: {}, body: first } },
  { request: { ...head, body: goOn }, response: { status: 200, headers: {}, body: second } },
];
