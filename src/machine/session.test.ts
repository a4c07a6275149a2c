import { expect, test } from 'vitest';
import {
  assistant,
  codeExecution,
  fake,
  fetchRows,
  findings,
  oneCall,
  pausedConversation,
  results,
  runs,
  says,
  send,
  user,
} from '../../test/support/conversation.ts';
import type { Fidelity } from '../protocol/fidelity.ts';
import type { Message } from '../protocol/message.ts';
import type { Step } from '../protocol/step.ts';

const types = (message: Message) => message.content.map(({ type }) => type).join(' ');

test('every response has ids of its own, of the API’s shape [response.ids]', async () => {
  const { api } = fake([[says('1')], [says('2')]]);
  const first = (await send(api, { messages: [user('1')] })).body;
  const messages = [user('1'), assistant(first), user('2')];
  const second = (await send(api, { messages })).body;
  expect(first.id).toMatch(/^msg_01[1-9A-HJ-NP-Za-km-z]{22}$/);
  expect(second.id).not.toBe(first.id);
});

test.each([
  ['code_execution_20260521', 'code_execution_20260120', '[response.caller_20260521]'],
  ['code_execution_20250825', 'code_execution_20250825', '[response.caller_20250825]'],
])('cells of %s make calls as %s %s', async (type, caller) => {
  const { api } = fake([[runs('cell')]], { cell: oneCall });
  const versioned = [{ ...codeExecution, type }, fetchRows];
  const { body } = await send(api, { tools: versioned, messages: [user('Hi')] });
  expect(body.content[1].caller).toEqual({ type: caller, tool_id: body.content[0].id });
});

test('thinking comes with a signature and has to come back unchanged [response.thinking] [history.thinking_changed]', async () => {
  const thinks: Step = { type: 'thinking', thinking: 'Hm.' };
  const { api } = fake([[thinks, runs('cell')]], { cell: oneCall });
  const first = (await send(api, { messages: [user('Hi')] })).body;
  expect(first.content[0]).toEqual({
    type: 'thinking',
    thinking: 'Hm.',
    signature: expect.stringMatching(/./),
  });
  const container = first.container.id;
  const changed = structuredClone(first);
  changed.content[0].thinking = 'Ha.';
  const messages = [user('Hi'), assistant(changed), results(first, 'x')];
  const refused = await send(api, { container, messages });
  expect(refused.body.error.message).toContain(
    '`thinking` or `redacted_thinking` blocks in the latest assistant message cannot be modified',
  );
  messages[1] = assistant(first);
  expect((await send(api, { container, messages })).status).toBe(200);
});

test('cells started at once run one after the other: finished results and new calls come together [response.parallel_cells]', async () => {
  const cells = [runs('a'), runs('cell'), runs('b')] as Extract<Step, { type: 'code_execution' }>[];
  const { api } = fake([[{ type: 'parallel', uses: cells }, says('Done.')]], {
    a: [{ stdout: 'a' }],
    b: [{ stdout: 'b' }],
    cell: oneCall,
  });
  const first = (await send(api, { messages: [user('Hi')] })).body;
  expect(types(first)).toBe(
    'server_tool_use server_tool_use server_tool_use code_execution_tool_result tool_use',
  );
  const messages = [user('Hi'), assistant(first), results(first, 'x')];
  const second = (await send(api, { container: first.container.id, messages })).body;
  expect(types(second)).toBe('code_execution_tool_result code_execution_tool_result text');
  expect(second.content.map((block: any) => block.tool_use_id)).toEqual([
    first.content[1].id,
    first.content[2].id,
    undefined,
  ]);
});

test('beside a direct call a cell waits for the client, and its result opens the next response [response.deferred]', async () => {
  const cell: Step = { type: 'code_execution', code: 'a' };
  const calls = [{ name: 'ask_user', input: {} }];
  const { api, sandbox } = fake([[{ type: 'parallel', uses: [cell], calls }, says('Done.')]], {
    a: [{ stdout: 'a' }],
  });
  const first = (await send(api, { messages: [user('Hi')] })).body;
  expect([types(first), first.stop_reason]).toEqual(['server_tool_use tool_use', 'tool_use']);
  expect(sandbox.log).toEqual([]);
  const messages = [user('Hi'), assistant(first), results(first, 'yes')];
  const second = (await send(api, { messages })).body;
  expect(types(second)).toBe('code_execution_tool_result text');
});

test('a paused turn goes on when it is sent back, with the result of what it had started [response.pause_turn]', async () => {
  const cells: Extract<Step, { type: 'code_execution' }>[] = [
    { type: 'code_execution', code: 'a' },
  ];
  const { api } = fake([[says('One.'), { type: 'pause_turn', uses: cells }, says('Two.')]], {
    a: [{ stdout: 'a' }],
  });
  const first = (await send(api, { messages: [user('Hi')] })).body;
  expect([types(first), first.stop_reason]).toEqual(['text server_tool_use', 'pause_turn']);
  const second = (await send(api, { messages: [user('Hi'), assistant(first)] })).body;
  expect([types(second), second.stop_reason]).toEqual([
    'code_execution_tool_result text',
    'end_turn',
  ]);
});

const stops: [Extract<Step, { type: 'stop' }>, object][] = [
  [
    { type: 'stop', stop_reason: 'max_tokens' },
    { stop_reason: 'max_tokens', stop_details: null },
  ],
  [
    { type: 'stop', stop_reason: 'stop_sequence', stop_sequence: 'END' },
    { stop_reason: 'stop_sequence', stop_sequence: 'END' },
  ],
  [
    {
      type: 'stop',
      stop_reason: 'refusal',
      stop_details: { type: 'refusal', category: 'cyber', explanation: null },
    },
    {
      stop_reason: 'refusal',
      stop_details: { type: 'refusal', category: 'cyber', explanation: null },
    },
  ],
  [
    { type: 'stop', stop_reason: 'model_context_window_exceeded' },
    { stop_reason: 'model_context_window_exceeded' },
  ],
];

test.each(stops)('a turn can end with %j [response.stop_reasons]', async (stop, ending) => {
  const { api } = fake([[says('Well'), stop]]);
  expect((await send(api, { messages: [user('Hi')] })).body).toMatchObject(ending);
});

test('a cell that is not run ends with an error code and status 200 [result.error]', async () => {
  const step: Step = { type: 'code_execution', code: 'a', error_code: 'unavailable' };
  const { api, sandbox } = fake([[step, says('Sorry.')]]);
  const { status, body } = await send(api, { messages: [user('Hi')] });
  expect(status).toBe(200);
  expect(body.content[1].content).toEqual({
    type: 'code_execution_tool_result_error',
    error_code: 'unavailable',
  });
  expect(sandbox.log).toEqual([]);
});

test('an error of a tool reaches the code as text, or is raised there [result.is_error]', async () => {
  for (const toolErrors of ['returned', 'raised'] as const) {
    const { api, sandbox, first, history } = await pausedConversation({ fidelity: { toolErrors } });
    const block = { ...(results(first, 'boom').content as object[])[0], is_error: true };
    await send(api, { container: first.container?.id, messages: [...history, user([block])] });
    expect(sandbox.log[1]?.answers).toEqual([
      { key: '1', content: 'boom', raise: toolErrors === 'raised' },
    ]);
  }
});

test('text blocks of an answer reach the code as one text', async () => {
  const { api, sandbox, first, history } = await pausedConversation();
  const blocks = ['4', '2'].map((text) => ({ type: 'text', text }));
  const messages = [...history, results(first, blocks)];
  await send(api, { container: first.container?.id, messages });
  expect(sandbox.log[1]?.answers?.[0]?.content).toBe('42');
});

const wireForms: [Partial<Fidelity>, (first: any, second: any) => void][] = [
  [
    { serverToolUseCaller: true },
    (first) => expect(first.content[0].caller).toEqual({ type: 'direct' }),
  ],
  [
    { abortReason: false },
    (_, second) => expect(second.content[0].content).not.toHaveProperty('abort_reason'),
  ],
  [{ containerOnCompletion: false }, (_, second) => expect(second).not.toHaveProperty('container')],
  [
    { codeExecutionRequests: true },
    (first) => expect(first.usage.server_tool_use.code_execution_requests).toBe(1),
  ],
];

test.each(wireForms)(
  'older and documented wire forms are options: %j [response.container_on_completion] [usage.code_execution_requests]',
  async (fidelity, check) => {
    const { api, first, history } = await pausedConversation({ fidelity });
    const messages = [...history, results(first, 'x')];
    const { body } = await send(api, { container: first.container?.id, messages });
    check(first, body);
  },
);

test.each([
  ['program', ['A', 'B', 'C']],
  ['reversed', ['C', 'B', 'A']],
] as const)('calls made at once can come in %s order', async (parallelCallOrder, order) => {
  const calls = ['A', 'B', 'C'].map((sku) => ({ key: sku, name: 'fetch_rows', input: { sku } }));
  const { api } = fake(
    [[runs('cell')]],
    { cell: [{ calls }] },
    { fidelity: { parallelCallOrder } },
  );
  const { body } = await send(api, { messages: [user('Hi')] });
  expect(body.content.slice(1).map((block: any) => block.input.sku)).toEqual(order);
});

test('every sampling pass counts its prompt, and calls of code cost nothing [usage.passes]', async () => {
  const { api } = fake([[runs('a'), runs('a')], [runs('a')]], { a: [{ stdout: 'x' }] });
  const twice = (await send(api, { messages: [user('Hi')] })).body.usage;
  const { api: other } = fake([[runs('a')]], { a: [{ stdout: 'x' }] });
  const once = (await send(other, { messages: [user('Hi')] })).body.usage;
  // One pass more, over everything that came before.
  expect(twice.input_tokens).toBeGreaterThan(once.input_tokens * 1.5 - 1);
  expect(twice.output_tokens).toBe(once.output_tokens * 2);
});

test('a container cannot be used 30 days after its creation [container.expired]', async () => {
  const month = 31 * 24 * 3_600_000;
  const { api, sandbox } = fake([[runs('a')], [runs('a')], [runs('a')]], { a: [{}] });
  const first = (await send(api, { messages: [user('1')] })).body;
  const history = [user('1'), assistant(first), user('2')];
  const container = first.container.id;
  sandbox.handBackAfter = month;
  const second = (await send(api, { container, messages: history })).body;
  const later = [...history, assistant(second), user('3')];
  const refused = await send(api, { container, messages: later });
  expect([refused.status, refused.body.error.message]).toEqual([
    400,
    `container: Container ${container} has expired.`,
  ]);
});

test('what comes back changed or not at all is noted once, and answered [history.block_changed] [history.block_dropped]', async () => {
  const { api, first, history } = await pausedConversation();
  const [sent] = history.slice(1) as [ReturnType<typeof assistant>];
  const changed = structuredClone(sent);
  Object.assign(changed.content[0]!, { input: {} });
  const messages = [user('Hi'), changed, results(first, 'x')];
  const second = (await send(api, { container: first.container?.id, messages })).body;
  expect(second.stop_reason).toBe('end_turn');
  expect(findings(api)).toMatchObject([
    {
      rule: 'history.block_changed',
      path: 'messages.1.content.0.input',
      message: expect.stringContaining('was sent as {"code":"cell"} and came back as {}'),
    },
  ]);
  const { api: other } = fake([[says('One.'), runs('cell')]], { cell: oneCall });
  const start = (await send(other, { messages: [user('Hi')] })).body;
  const dropped = { role: 'assistant', content: start.content.slice(1) };
  await send(other, {
    container: start.container.id,
    messages: [user('Hi'), dropped, results(start, 'x')],
  });
  expect(findings(other)).toMatchObject([{ rule: 'history.block_dropped' }]);
});

test('thinking that comes back changed is noted where a response has no ids, too [history.block_changed]', async () => {
  const thinks: Step = { type: 'thinking', thinking: 'Hm.' };
  const { api } = fake([[thinks, says('Hello.')], [says('Bye.')]], {});
  const { body } = await send(api, { messages: [user('Hi')] });
  const [thought, ...others] = body.content;
  const content = [{ ...thought, thinking: 'Ha.' }, ...others];
  const changed = { role: 'assistant', content };

  const { status } = await send(api, { messages: [user('Hi'), changed, user('Bye')] });
  expect(status).toBe(200);
  expect(findings(api)).toMatchObject([
    { rule: 'history.block_changed', path: 'messages.1.content.0.thinking' },
  ]);
});

test('a client that leaves out the thinking of a turn that has ended goes on with its conversation', async () => {
  const thinks: Step = { type: 'thinking', thinking: 'Hm.' };
  const { api } = fake([[thinks, says('Hello.')], [says('Bye.')]], {});
  const { body } = await send(api, { messages: [user('Hi')] });
  const spoken = { role: 'assistant', content: body.content.slice(1) };

  const next = await send(api, { messages: [user('Hi'), spoken, user('Bye')] });
  expect(next.body.content).toEqual([{ type: 'text', text: 'Bye.' }]);
  expect(findings(api)).toEqual([]);
});

test('the result of a cell that comes back changed is noted, too, in a later response [history.block_changed]', async () => {
  const { api, first, history } = await pausedConversation();
  const container = first.container?.id;
  const answered = [...history, results(first, 'x')];
  const second = (await send(api, { container, messages: answered })).body;
  const changed = structuredClone(assistant(second));
  Object.assign(changed.content[0]!, {
    content: { type: 'code_execution_tool_result_error', error_code: 'unavailable' },
  });
  await send(api, { container, messages: [...answered, changed, user('And?')] });
  expect(findings(api)[0]).toMatchObject({
    rule: 'history.block_changed',
    path: 'messages.3.content.0.content',
  });
});

test('a paused turn that is to go on in its container comes back with it [container.required]', async () => {
  const pause: Step = { type: 'pause_turn', uses: [{ type: 'code_execution', code: 'b' }] };
  const { api } = fake([[runs('a'), pause, says('Done.')]], { a: [{}], b: [{}] });
  const first = (await send(api, { messages: [user('Hi')] })).body;
  const messages = [user('Hi'), assistant(first)];
  const { body } = await send(api, { messages });
  expect(body.error.message).toContain('container_id is required');
  expect((await send(api, { messages, container: first.container.id })).status).toBe(200);
});

test('calls answered without the cell that made them are refused [history.cell_dropped]', async () => {
  const { api, first } = await pausedConversation();
  const call = first.content.find((block) => block.type === 'tool_use');
  const bare = { ...call, caller: undefined };
  const messages = [user('Hi'), { role: 'assistant', content: [bare] }, results(first, 'x')];
  const { body } = await send(api, { container: first.container?.id, messages });
  expect(body.error.message).toMatch(/^messages\.1: `code_execution` tool use with id/);
  expect(findings(api).map(({ rule }) => rule)).toContain('history.cell_dropped');
});

test('another answer to calls that were answered before is refused [reply.stale]', async () => {
  const { api, first, history } = await pausedConversation();
  const answer = (text: string) =>
    send(api, { container: first.container?.id, messages: [...history, results(first, text)] });
  await answer('x');
  const { status, body } = await answer('y');
  expect([status, findings(api).at(-1)?.rule]).toEqual([400, 'reply.stale']);
  expect(body.error.message).toMatch(/^messages\.2: /);
});

test('an answer that comes after the code gave up is noted, by the id of its call [answer.late]', async () => {
  const cell = [oneCall[0]!, { stdout: 'gave up', late: ['1'] }];
  const { api } = fake([[runs('cell')]], { cell });
  const first = (await send(api, { messages: [user('Hi')] })).body;
  const messages = [user('Hi'), assistant(first), results(first, 'x')];
  const second = await send(api, { container: first.container.id, messages });
  expect(second.status).toBe(200);
  expect(findings(api)).toMatchObject([
    { rule: 'answer.late', message: expect.stringContaining(first.content[1].id) },
  ]);
});

test('a name that Python 3.11 lacks is noted, with its line [cell.newer_python]', async () => {
  const notes = [{ name: 'itertools.batched', since: '3.12', line: 3 }];
  const { api } = fake([[runs('cell')]], { cell: [{ notes }] });
  await send(api, { messages: [user('Hi')] });
  expect(findings(api)).toMatchObject([
    { rule: 'cell.newer_python', message: expect.stringMatching(/^Line 3 .* `itertools.batched`/) },
  ]);
});

test('what real time had to end marks the transcript', async () => {
  const { api } = fake([[runs('cell')]], { cell: [{ nondeterministic: true }] });
  await send(api, { messages: [user('Hi')] });
  const ended = api.transcript.events.find(({ type }) => type === 'cell.finished');
  expect(ended).toMatchObject({ nondeterministic: true });
});

test.each([
  ['code_execution_20250825', true],
  ['code_execution_20260120', false],
  ['code_execution_20260521', false],
])('with %s a cell is a process of its own: %s [container.state]', async (type, fresh) => {
  const { api, sandbox } = fake([[runs('a')]], { a: [{}] });
  await send(api, { tools: [{ ...codeExecution, type }], messages: [user('Hi')] });
  expect(sandbox.log).toMatchObject([{ run: 'a', fresh }]);
});

test('a cell that waited for an abandoned direct call does not run in the next turn', async () => {
  const cells: Extract<Step, { type: 'code_execution' }>[] = [
    { type: 'code_execution', code: 'a' },
  ];
  const calls = [{ name: 'ask_user', input: {} }];
  const { api, sandbox } = fake([[{ type: 'parallel', uses: cells, calls }], [runs('b')]], {
    b: [{}],
  });
  const url = 'https://api.anthropic.com/s/mine/v1/messages';
  await send(api, { messages: [user('1')] }, { url });
  const { body } = await send(api, { messages: [user('2')] }, { url });
  expect([types(body), body.stop_reason]).toEqual([
    'server_tool_use code_execution_tool_result',
    'end_turn',
  ]);
  expect(sandbox.log.map(({ run }) => run)).toEqual(['b']);
});
