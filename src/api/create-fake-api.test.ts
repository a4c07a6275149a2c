import { expect, test } from 'vitest';
import {
  assistant,
  fake,
  findings,
  MESSAGES_URL,
  oneCall,
  pausedConversation,
  results,
  runs,
  says,
  send,
  tools,
  user,
} from '../../test/support/conversation.ts';
import type { Message } from '../protocol/message.ts';
import { eventsToMessage } from '../protocol/stream.ts';
import { createFakeApi, type FakeApi } from './create-fake-api.ts';

test('a text turn is one message without a container [response.keys]', async () => {
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

test.each([undefined, null, {}, { script: undefined }, { next: () => undefined }])(
  'a fake without a script is an error that says how to give it one: %j',
  (options) => {
    expect(() => createFakeApi(options as never)).toThrow('`createFakeApi({ script: total })`');
  },
);

test('a cell without calls runs inside one response [result.shape] [container.expires_at]', async () => {
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

test('a call pauses the response, and its result resumes the cell [response.caller] [response.completed]', async () => {
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

test('a cell that pauses again answers with nothing but the new call and costs nothing [response.paused]', async () => {
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

test('a response that pauses again is streamed as message_start and message_stop alone [stream.resumed]', async () => {
  const { api } = fake([[runs('cell')]], { cell: [...oneCall.slice(0, 1), ...oneCall] });
  const first = await send(api, { messages: [user('Hi')] });
  const response = await api.fetch(MESSAGES_URL, {
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

test('parallel calls come in one response, in an order of their own, and are recorded in program order [response.together]', async () => {
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

test('the next turn reuses the container it names and gets a new one otherwise [container.identity]', async () => {
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

test('an answer without the container is refused, and the session waits on [container.required]', async () => {
  const { api, first, history } = await pausedConversation();
  const messages = [...history, results(first, '[1]')];
  const refused = await send(api, { messages });
  expect(refused).toMatchObject({
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
  expect(findings(api)).toMatchObject([{ rule: 'container.required', path: 'container' }]);
});

test('a message the script does not expect is refused with the script’s reason [script.unexpected]', async () => {
  const { api } = fake([]);
  const { status, body } = await send(api, { messages: [user('Hi')] });
  expect(status).toBe(400);
  expect(body.error.message).toBe('callsheet: the script has only 0 turns');
});

test('a body that is no JSON, and a route nobody serves, get a well-formed error [request.json] [route.unknown]', async () => {
  const { api } = fake([]);
  const broken = await api.fetch(MESSAGES_URL, { method: 'POST', body: '{' });
  expect([broken.status, await broken.json()]).toMatchObject([400, { type: 'error' }]);
  const lost = await api.fetch('https://api.anthropic.com/v1/nowhere');
  const body = { type: 'error', error: { type: 'not_found_error' } };
  expect([lost.status, await lost.json()]).toMatchObject([404, body]);
});

test('a sandbox that fails is reported as the fake’s failure, not as a hang [fake.failed]', async () => {
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
  await send(api, { messages: [user('1')] }, { url });
  const { body } = await send(api, { messages: [user('unrelated')] }, { url });
  expect(body.content).toEqual([{ type: 'text', text: 'Two.' }]);
  expect(new Set(api.transcript.events.map((event) => event.session))).toEqual(new Set(['mine']));
});

test('a container of another session than the history is a finding [session.conflict]', async () => {
  const { api } = fake([[runs('a')], [runs('a')]], { a: [{}] });
  const one = await send(api, { messages: [user('1')] });
  const two = await send(api, { messages: [user('2')] });
  const messages = [user('1'), assistant(one.body), user('again')];
  await send(api, { container: two.body.container.id, messages });
  expect(findings(api).map((event) => event.rule)).toEqual([
    'session.conflict',
    'container.unknown',
  ]);
});

test('an invalid key is refused, in either header [auth.invalid]', async () => {
  const { api } = fake([[says('1')], [says('2')]], {}, { auth: { keys: ['right'] } });
  const ask = (headers: Record<string, string>) =>
    send(api, { messages: [user('Hi')] }, { headers });
  const refused = [await ask({}), await ask({ 'x-api-key': 'wrong' })];
  for (const { status, body } of refused) {
    expect([status, body.error]).toEqual([
      401,
      { type: 'authentication_error', message: 'API key is invalid.' },
    ]);
  }
  const accepted = [
    await ask({ 'x-api-key': 'right' }),
    await ask({ authorization: 'Bearer right' }),
  ];
  expect(accepted.map(({ status }) => status)).toEqual([200, 200]);
});

test('a body over 32 MB is refused [request.too_large]', async () => {
  const { api } = fake([[says('1')]]);
  const text = 'x'.repeat(32 * 1024 * 1024);
  const { status, body } = await send(api, { messages: [user(text)] });
  expect([status, body.error.type]).toEqual([413, 'request_too_large']);
});

test('another content type is refused, no content type is not [request.content_type]', async () => {
  const { api } = fake([[says('1')], [says('2')]]);
  const ask = (headers: Record<string, string>) =>
    send(api, { messages: [user('Hi')] }, { headers });
  expect((await ask({ 'content-type': 'application/xml' })).status).toBe(400);
  expect((await ask({ 'content-type': 'application/json; charset=utf-8' })).status).toBe(200);
  expect((await ask({})).status).toBe(200);
});

test('both API versions are served and no other [request.api_version]', async () => {
  const { api } = fake([[says('1')], [says('2')]]);
  const ask = (version: string) =>
    send(api, { messages: [user('Hi')] }, { headers: { 'anthropic-version': version } });
  expect((await ask('2023-06-01')).status).toBe(200);
  expect((await ask('2026-10-21')).status).toBe(200);
  const { body } = await ask('2027-01-01');
  expect(body.error.message).toBe('anthropic-version: "2027-01-01" is not a valid version');
});

test('the API is served with and without the version in the path [request.routes]', async () => {
  const { api } = fake([[says('1')]]);
  for (const path of ['/v1/messages', '/messages', '/v1/messages?beta=true', '/s/k/messages']) {
    const url = `http://localhost:8080${path}`;
    expect((await send(api, { messages: [user(path)] }, { url })).status).toBe(200);
  }
});

test('a sampled stream starts empty, pings once and names its container at the end [stream.sampled] [stream.ping]', async () => {
  const { api } = fake([[says('Fetching.'), runs('cell')]], { cell: oneCall });
  const body = { model: 'm', max_tokens: 1, tools, stream: true, messages: [user('Hi')] };
  const init = { method: 'POST', body: JSON.stringify(body) };
  const text = await (await api.fetch(MESSAGES_URL, init)).text();
  const events = text
    .split('\n')
    .filter((line) => line.startsWith('data: '))
    .map((line) => JSON.parse(line.slice(6)));
  expect(events.map(({ type }) => type).slice(0, 3)).toEqual([
    'message_start',
    'content_block_start',
    'ping',
  ]);
  expect(events.filter(({ type }) => type === 'ping')).toHaveLength(1);
  expect(events[0].message).not.toHaveProperty('container');
  const starts = events.filter(({ type }) => type === 'content_block_start');
  expect(starts.map(({ content_block }) => content_block.input)).toEqual([
    undefined,
    {},
    { sku: 'A' },
  ]);
  expect(events.at(-2).delta.container.id).toMatch(/^container_01/);
});

test('a stream can be cut anywhere, and fail in the middle [stream.mid_error]', async () => {
  const body = { model: 'm', max_tokens: 1, tools, stream: true, messages: [user('Hi')] };
  const init = { method: 'POST', body: JSON.stringify(body) };
  const { api } = fake([[says('Hello.')]], {}, { stream: { chunkBytes: 1, padding: 9 } });
  const chunks = [];
  for await (const chunk of (await api.fetch(MESSAGES_URL, init)).body!) chunks.push(chunk);
  expect(chunks.every(({ length }) => length === 1)).toBe(true);
  expect(Buffer.concat(chunks).toString()).toContain('"text":"Hello."');

  const error = { after: 2, type: 'overloaded_error', message: 'Overloaded' };
  const { api: failing } = fake([[says('Hello.')]], {}, { stream: { error } });
  const text = await (await failing.fetch(MESSAGES_URL, init)).text();
  expect(text.trim().split('\n').slice(-2)).toEqual([
    'event: error',
    'data: {"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}',
  ]);
});

test('an error is plain JSON, also when a stream was asked for [stream.errors_are_json]', async () => {
  const { api } = fake([]);
  const { headers, body } = await send(api, { stream: true, messages: [user('Hi')] });
  expect([headers.get('content-type'), body.type]).toEqual(['application/json', 'error']);
});
