import { expect, test } from 'vitest';
import { createCannedSandbox, type Canned } from '../../test/support/canned-sandbox.ts';
import { createListScript } from '../../test/support/list-script.ts';
import type { Message } from '../protocol/message.ts';
import type { Step } from '../protocol/step.ts';
import { eventsToMessage } from '../protocol/stream.ts';
import { createFakeApi, type FakeApi } from './create-fake-api.ts';

const URL = 'https://api.anthropic.com/v1/messages';
const says = (text: string): Step => ({ type: 'text', text });
const runs = (code: string): Step => ({ type: 'code_execution', code });

function fake(turns: Step[][], cells: Record<string, Canned[]> = {}) {
  const sandbox = createCannedSandbox(cells);
  return { api: createFakeApi({ script: createListScript(...turns), sandbox }), sandbox };
}

const tools = [
  { type: 'code_execution_20260120', name: 'code_execution' },
  {
    name: 'fetch_rows',
    input_schema: { type: 'object' },
    allowed_callers: ['code_execution_20260120'],
  },
  { name: 'ask_user', input_schema: { type: 'object' } },
];

async function send(api: FakeApi, body: object, url = URL): Promise<{ status: number; body: any }> {
  const response = await api.fetch(url, {
    method: 'POST',
    body: JSON.stringify({ model: 'claude-sonnet-4-6', max_tokens: 1024, tools, ...body }),
  });
  return { status: response.status, body: await response.json() };
}

const user = (content: unknown) => ({ role: 'user', content });
const assistant = (message: Message) => ({ role: 'assistant', content: message.content });
const results = (message: Message, ...contents: string[]) =>
  user(
    message.content
      .filter((block) => block.type === 'tool_use')
      .map((block, i) => ({
        type: 'tool_result',
        tool_use_id: block.id,
        content: contents[i] ?? '',
      })),
  );

const oneCall: Canned[] = [
  { calls: [{ key: '1', name: 'fetch_rows', input: { sku: 'A' }, line: 2 }] },
  { stdout: '7\n' },
];

test('a text turn is one message without a container', async () => {
  const { api } = fake([[says('Hello.')]]);
  const { status, body } = await send(api, { messages: [user('Hi')] });
  expect(status).toBe(200);
  expect(body).toMatchObject({
    type: 'message',
    role: 'assistant',
    model: 'claude-sonnet-4-6',
    content: [{ type: 'text', text: 'Hello.' }],
    stop_reason: 'end_turn',
  });
  expect(body).not.toHaveProperty('container');
});

test('a cell without calls runs inside one response', async () => {
  const { api } = fake([[runs('print(1)'), says('One.')]], { 'print(1)': [{ stdout: '1\n' }] });
  const { body } = await send(api, { messages: [user('Hi')] });
  expect(body.content).toMatchObject([
    { type: 'server_tool_use', name: 'code_execution', input: { code: 'print(1)' } },
    { type: 'code_execution_tool_result', content: { stdout: '1\n', return_code: 0 } },
    { type: 'text', text: 'One.' },
  ]);
  expect(body.content[1].tool_use_id).toBe(body.content[0].id);
  expect(body.container.expires_at).toBe('2035-01-01T01:00:01.000000Z');
});

test('a call pauses the response, and its result resumes the cell', async () => {
  const { api, sandbox } = fake([[says('Fetching.'), runs('cell'), says('Seven.')]], {
    cell: oneCall,
  });
  const first = await send(api, { messages: [user('Hi')] });
  expect(first.body).toMatchObject({
    content: [
      { type: 'text' },
      { type: 'server_tool_use' },
      { type: 'tool_use', name: 'fetch_rows', input: { sku: 'A' } },
    ],
    container: { expires_at: '2035-01-01T00:05:01.000000Z' },
    stop_reason: 'tool_use',
  });
  const [, cell, call] = first.body.content;
  expect(call.caller).toEqual({ type: 'code_execution_20260120', tool_id: cell.id });

  const second = await send(api, {
    container: first.body.container.id,
    messages: [user('Hi'), assistant(first.body), results(first.body, '[1]')],
  });
  expect(second.body).toMatchObject({
    content: [
      { type: 'code_execution_tool_result', tool_use_id: cell.id, content: { stdout: '7\n' } },
      { type: 'text', text: 'Seven.' },
    ],
    container: { id: first.body.container.id },
    stop_reason: 'end_turn',
  });
  expect(sandbox.log[0]).toMatchObject({ run: 'cell', tools: ['fetch_rows'] });
  expect(sandbox.log[1]).toMatchObject({ answers: [{ key: '1', content: '[1]' }] });
});

test('a cell that pauses again answers with nothing but the new call and costs nothing', async () => {
  const { api } = fake([[runs('cell')]], { cell: [...oneCall.slice(0, 1), ...oneCall] });
  const first = await send(api, { messages: [user('Hi')] });
  const messages = [user('Hi'), assistant(first.body), results(first.body, '[1]')];
  const second = await send(api, { container: first.body.container.id, messages });
  expect(second.body.content).toMatchObject([{ type: 'tool_use', name: 'fetch_rows' }]);
  expect(second.body.stop_reason).toBe('tool_use');
  expect(second.body.usage).toEqual({
    input_tokens: 0,
    output_tokens: 0,
    server_tool_use: { web_search_requests: 0, web_fetch_requests: 0 },
  });
});

test('a response that pauses again is streamed as message_start and message_stop alone', async () => {
  const { api } = fake([[runs('cell')]], { cell: [...oneCall.slice(0, 1), ...oneCall] });
  const first = await send(api, { messages: [user('Hi')] });
  const response = await api.fetch(URL, {
    method: 'POST',
    body: JSON.stringify({
      model: 'm',
      max_tokens: 1,
      tools,
      stream: true,
      container: first.body.container.id,
      messages: [user('Hi'), assistant(first.body), results(first.body, '[1]')],
    }),
  });
  expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
  const events = (await response.text())
    .split('\n')
    .filter((line) => line.startsWith('data: '))
    .map((line) => JSON.parse(line.slice(6)));
  expect(events.map((event) => event.type)).toEqual(['message_start', 'message_stop']);
  expect(eventsToMessage(events).stop_reason).toBe('tool_use');
});

test('parallel calls come in one response, in an order of their own, and are recorded in program order', async () => {
  const calls = ['A', 'B', 'C', 'D'].map((sku) => ({
    key: sku,
    name: 'fetch_rows',
    input: { sku },
  }));
  const { api, sandbox } = fake([[runs('cell')]], { cell: [{ calls }, {}] });
  const { body } = await send(api, { messages: [user('Hi')] });
  const onTheWire = body.content.slice(1).map((block: any) => block.input.sku);
  expect(onTheWire.toSorted()).toEqual(['A', 'B', 'C', 'D']);
  const recorded = api.transcript.events.filter((event) => event.type === 'call.made');
  expect(recorded.map((event) => event.input['sku'])).toEqual(['A', 'B', 'C', 'D']);

  const messages = [user('Hi'), assistant(body), results(body, ...onTheWire)];
  await send(api, { container: body.container.id, messages });
  const answers = sandbox.log[1]?.answers?.map(({ key, content }) => [key, content]);
  expect(answers?.every(([key, content]) => key === content)).toBe(true);
});

test('direct calls stop the turn without a container, and their results let it go on', async () => {
  const calls = [{ name: 'ask_user', input: { question: 'Which?' } }];
  const { api } = fake([[{ type: 'tool_use', calls }, says('Thanks.')]]);
  const first = await send(api, { messages: [user('Hi')] });
  expect(first.body.content).toMatchObject([{ type: 'tool_use', caller: { type: 'direct' } }]);
  expect(first.body).not.toHaveProperty('container');
  const messages = [user('Hi'), assistant(first.body), results(first.body, 'This.')];
  const second = await send(api, { messages });
  expect(second.body.content).toEqual([{ type: 'text', text: 'Thanks.' }]);
});

test('the next turn reuses the container it names and gets a new one otherwise', async () => {
  const cells = { a: [{}], b: [{}], c: [{}] };
  const { api, sandbox } = fake([[runs('a')], [runs('b')], [runs('c')]], cells);
  const first = await send(api, { messages: [user('1')] });
  const history = [user('1'), assistant(first.body), user('2')];
  const second = await send(api, { container: first.body.container.id, messages: history });
  const longer = [...history, assistant(second.body), user('3')];
  const third = await send(api, { messages: longer });
  const [a, b, c] = sandbox.log.map(({ container }) => container);
  expect(b).toBe(a);
  expect(c).not.toBe(a);
  expect(third.body.container.id).toBe(c);
});

async function pausedConversation() {
  const { api } = fake([[runs('cell'), says('Done.')]], { cell: oneCall });
  const first = (await send(api, { messages: [user('Hi')] })).body as Message;
  return { api, first, history: [user('Hi'), assistant(first)] };
}

test('an answer without the container is refused, and the session waits on', async () => {
  const { api, first, history } = await pausedConversation();
  const messages = [...history, results(first, '[1]')];
  const refused = await send(api, { messages });
  expect(refused).toEqual({
    status: 400,
    body: {
      type: 'error',
      error: {
        type: 'invalid_request_error',
        message:
          'container_id is required when there are pending tool uses generated by code execution with tools.',
      },
      request_id: expect.stringMatching(/^req_01/),
    },
  });
  const { status } = await send(api, { container: first.container?.id, messages });
  expect(status).toBe(200);
  const findings = api.transcript.events.filter((event) => event.type === 'finding');
  expect(findings).toMatchObject([{ rule: 'container.required', path: 'container' }]);
});

test('an unanswered call is refused by its id', async () => {
  const { api, first, history } = await pausedConversation();
  const id = first.content.find((block) => block.type === 'tool_use')?.id;
  const messages = [...history, user('Never mind.')];
  const { status, body } = await send(api, { container: first.container?.id, messages });
  expect(status).toBe(400);
  expect(body.error.message).toBe(
    `messages.1: \`tool_use\` ids were found without \`tool_result\` blocks immediately after: ${id}. Each \`tool_use\` block must have a corresponding \`tool_result\` block in the next message.`,
  );
});

test('a result for a foreign id is refused at its position', async () => {
  const { api, first, history } = await pausedConversation();
  const reply = user([{ type: 'tool_result', tool_use_id: 'toolu_other', content: '' }]);
  const messages = [...history, reply];
  const { body } = await send(api, { container: first.container?.id, messages });
  expect(body.error.message).toBe(
    'messages.2.content.0: unexpected `tool_use_id` found in `tool_result` blocks: toolu_other. Each `tool_result` block must have a corresponding `tool_use` block in the previous message.',
  );
});

test('text beside the results of a waiting cell is refused', async () => {
  const { api, first, history } = await pausedConversation();
  const reply = results(first, '[1]');
  const withText = user([...(reply.content as object[]), { type: 'text', text: 'Go on.' }]);
  const messages = [...history, withText];
  const { body } = await send(api, { container: first.container?.id, messages });
  expect(body.error.message).toMatch(
    /^messages\.1: `code_execution` tool use with id `srvtoolu_\w+` was found without a corresponding/,
  );
});

test('an unknown container is refused', async () => {
  const { api } = fake([[says('Hello.')]]);
  const { status, body } = await send(api, { container: 'container_01x', messages: [user('Hi')] });
  expect(status).toBe(400);
  expect(body.error.message).toContain('container_01x');
});

test('a message the script does not expect is refused with the script’s reason', async () => {
  const { api } = fake([]);
  const { status, body } = await send(api, { messages: [user('Hi')] });
  expect(status).toBe(400);
  expect(body.error.message).toBe('callsheet: the script has only 0 turns');
});

test.each([
  [{ messages: [] }, 'messages: '],
  [{ max_tokens: undefined }, 'max_tokens: Field required'],
  [
    { messages: [{ role: 'user', content: [{ type: 'text' }] }] },
    'messages.0.content.0.text.text: Field required',
  ],
  [{ container: 7 }, 'container: Input should be a valid string'],
])('a body that breaks the schema is refused by its first problem: %j', async (change, message) => {
  const { api } = fake([[says('Hello.')]]);
  const { status, body } = await send(api, { messages: [user('Hi')], ...change });
  expect(status).toBe(400);
  expect(body.error.message).toContain(message);
});

test('a body that is no JSON, and a route nobody serves, get a well-formed error', async () => {
  const { api } = fake([]);
  const broken = await api.fetch(URL, { method: 'POST', body: '{' });
  expect([broken.status, await broken.json()]).toMatchObject([400, { type: 'error' }]);
  const lost = await api.fetch('https://api.anthropic.com/v1/nowhere');
  const body = { type: 'error', error: { type: 'not_found_error' } };
  expect([lost.status, await lost.json()]).toMatchObject([404, body]);
});

test('a sandbox that fails is reported as the fake’s failure, not as a hang', async () => {
  const { api } = fake([[runs('nothing canned')]]);
  const { status, body } = await send(api, { messages: [user('Hi')] });
  expect(status).toBe(500);
  expect(body.error.message).toBe('callsheet: This canned cell has nothing left to play.');
});

test('conversations at once keep to their sessions, whatever the order their requests arrive in', async () => {
  const turn = [says('Fetching.'), runs('cell'), says('Done.')];
  const ask = async (api: FakeApi, name: string) => {
    const first = (await send(api, { messages: [user(name)] })).body as Message;
    const messages = [user(name), assistant(first), results(first, name)];
    const second = (await send(api, { container: first.container?.id, messages })).body;
    return JSON.stringify([first, second]);
  };
  const names = ['a', 'b', 'c', 'd'];
  const { api } = fake([turn], { cell: oneCall });
  const forwards = await Promise.all(names.map((name) => ask(api, name)));
  const { api: other } = fake([turn], { cell: oneCall });
  const backwards = await Promise.all(names.toReversed().map((name) => ask(other, name)));
  expect(backwards.toReversed()).toEqual(forwards);
});

test('a plain conversation is recognised by the history it extends', async () => {
  const { api } = fake([[says('One.')], [says('Two.')]]);
  const first = await send(api, { messages: [user('1')] });
  const [block] = first.body.content;
  const history = [user([{ type: 'text', text: '1' }]), { role: 'assistant', content: block.text }];
  const second = await send(api, { messages: [...history, user('2')] });
  expect(second.body.content).toEqual([{ type: 'text', text: 'Two.' }]);
});

test('a key in the path puts a request into the session of that key', async () => {
  const { api } = fake([[says('One.')], [says('Two.')]]);
  const url = 'https://api.anthropic.com/s/mine/v1/messages';
  await send(api, { messages: [user('1')] }, url);
  const { body } = await send(api, { messages: [user('unrelated')] }, url);
  expect(body.content).toEqual([{ type: 'text', text: 'Two.' }]);
  expect(new Set(api.transcript.events.map((event) => event.session))).toEqual(new Set(['mine']));
});

test('a container of another session than the history is a finding', async () => {
  const { api } = fake([[runs('a')], [runs('a')]], { a: [{}] });
  const one = await send(api, { messages: [user('1')] });
  const two = await send(api, { messages: [user('2')] });
  const messages = [user('1'), assistant(one.body), user('again')];
  await send(api, { container: two.body.container.id, messages });
  const findings = api.transcript.events.filter((event) => event.type === 'finding');
  expect(findings.map((event) => event.rule)).toEqual(['session.conflict', 'container.unknown']);
});
