import { expect, test } from 'vitest';
import {
  assistant,
  codeExecution,
  creates,
  fake,
  MESSAGES_URL,
  results,
  runs,
  runsBash,
  says,
  send,
  user,
} from '../../test/support/conversation.ts';
import { createCannedSandbox } from '../../test/support/canned-sandbox.ts';
import { createListScript } from '../../test/support/list-script.ts';
import { createFakeApi } from '../api/create-fake-api.ts';
import type { Step } from '../protocol/step.ts';
import { eventsToMessage, type WireEvent } from '../protocol/stream.ts';
import { readServerSentEvents } from '../protocol/sse.ts';
import { foldSessions } from '../transcript/fold.ts';

const alone = { tools: [codeExecution] };
const begin = { ...alone, messages: [user('Hi')] };
const types = ({ content }: { content: { type: string }[] }) => content.map((block) => block.type);

test('a command is a server tool use and a result without abort_reason [command.bash_result]', async () => {
  const { api, sandbox } = fake([[runsBash('make'), says('Done.')]], {
    make: [{ stdout: 'built\n', stderr: 'warning\n', return_code: 2 }],
  });
  const { body } = await send(api, begin);
  expect(body.content).toEqual([
    {
      type: 'server_tool_use',
      id: expect.stringMatching(/^srvtoolu_01/),
      name: 'bash_code_execution',
      input: { command: 'make' },
    },
    {
      type: 'bash_code_execution_tool_result',
      tool_use_id: body.content[0].id,
      content: {
        type: 'bash_code_execution_result',
        stdout: 'built\n',
        stderr: 'warning\n',
        return_code: 2,
        content: [],
      },
    },
    { type: 'text', text: 'Done.' },
  ]);
  expect(body.container.id).toBe(sandbox.log[0]?.container);
  expect(body.stop_reason).toBe('end_turn');
});

test('the editor’s input goes out as it is, its answer comes back as it is [command.edit_result]', async () => {
  const { api } = fake([[creates('/tmp/a.py'), says('Done.')]]);
  const { body } = await send(api, begin);
  const { id, name, input } = body.content[0];
  expect([name, input]).toEqual([
    'text_editor_code_execution',
    { command: 'create', path: '/tmp/a.py', file_text: 'x = 1\n' },
  ]);
  expect(body.content[1]).toEqual({
    type: 'text_editor_code_execution_tool_result',
    tool_use_id: id,
    content: { type: 'text_editor_code_execution_create_result', is_file_update: false },
  });
});

test.each([
  'invalid_tool_input',
  'unavailable',
  'too_many_requests',
  'execution_time_exceeded',
  'output_file_too_large',
] as const)(
  'a command can end with the error %s, without having run [command.bash_error]',
  async (error_code) => {
    const { api, sandbox } = fake([[{ ...runsBash('make'), error_code }]]);
    const { status, body } = await send(api, begin);
    expect(status).toBe(200);
    expect(body.content[1].content).toEqual({
      type: 'bash_code_execution_tool_result_error',
      error_code,
    });
    expect(sandbox.log).toEqual([]);
  },
);

test('a command that takes too long ends with that error, its output lost [command.bash_error]', async () => {
  const { api } = fake([[runsBash('loop')]], {
    loop: [{ stdout: 'so far', error_code: 'execution_time_exceeded' }],
  });
  const { body } = await send(api, begin);
  expect(body.content[1].content).toEqual({
    type: 'bash_code_execution_tool_result_error',
    error_code: 'execution_time_exceeded',
  });
});

test.each([
  [undefined, null],
  ['No such file.', 'No such file.'],
])('an edit that fails says why, or null: %j [command.edit_error]', async (given, sent) => {
  const fails = { ...creates('/a'), error_code: 'file_not_found', error_message: given } as const;
  const { api, sandbox } = fake([[fails]]);
  const { body } = await send(api, begin);
  expect(body.content[1].content).toEqual({
    type: 'text_editor_code_execution_tool_result_error',
    error_code: 'file_not_found',
    error_message: sent,
  });
  expect(sandbox.log).toEqual([]);
});

test('uses sent together come first, their results after them, in order; edits in a row are done at once [command.parallel]', async () => {
  const fails = { ...creates('/b'), error_code: 'unavailable' } as const;
  const uses = [runsBash('ls'), creates('/a'), fails, creates('/c'), runsBash('ls')];
  const { api, sandbox } = fake([[{ type: 'parallel', uses }, says('Done.')]]);
  const { body } = await send(api, begin);
  expect(types(body)).toEqual([
    ...Array(5).fill('server_tool_use'),
    'bash_code_execution_tool_result',
    'text_editor_code_execution_tool_result',
    'text_editor_code_execution_tool_result',
    'text_editor_code_execution_tool_result',
    'bash_code_execution_tool_result',
    'text',
  ]);
  const [used, ended] = [body.content.slice(0, 5), body.content.slice(5, 10)];
  expect(ended.map((block: any) => block.tool_use_id)).toEqual(used.map((block: any) => block.id));
  expect(sandbox.log.map(({ bash, edits }) => bash ?? edits?.map(({ path }) => path))).toEqual([
    'ls',
    ['/a', '/c'],
    'ls',
  ]);
});

test('beside a direct call a command waits for the client’s answer [response.deferred]', async () => {
  const calls = [{ name: 'ask_user', input: {} }];
  const step: Step = { type: 'parallel', uses: [runsBash('ls')], calls };
  const { api, sandbox } = fake([[step, says('Done.')]]);
  const first = (await send(api, { messages: [user('Hi')] })).body;
  expect([types(first), first.stop_reason]).toEqual([['server_tool_use', 'tool_use'], 'tool_use']);
  expect(sandbox.log).toEqual([]);
  const messages = [user('Hi'), assistant(first), results(first, 'yes')];
  const second = (await send(api, { messages })).body;
  expect(types(second)).toEqual(['bash_code_execution_tool_result', 'text']);
  expect(second.content[0].tool_use_id).toBe(first.content[0].id);
});

test('a paused turn may end with a started command; without the tool it cannot go on [response.pause_turn] [history.result_missing]', async () => {
  const pause: Step = { type: 'pause_turn', uses: [runsBash('ls')] };
  const { api } = fake([[says('One.'), pause, says('Two.')]]);
  const first = (await send(api, begin)).body;
  expect([types(first), first.stop_reason]).toEqual([['text', 'server_tool_use'], 'pause_turn']);
  const messages = [user('Hi'), assistant(first)];
  const refused = await send(api, { tools: [], messages });
  expect(refused.body.error.message).toBe(
    `messages.1: \`bash_code_execution\` tool use with id \`${first.content[1].id}\` was found without a corresponding \`bash_code_execution_tool_result\` block, but no \`bash_code_execution\` tool was provided`,
  );
  const second = (await send(api, { ...alone, messages })).body;
  expect(types(second)).toEqual(['bash_code_execution_tool_result', 'text']);
});

test('the input of a command is streamed in deltas, its result whole [stream.sampled]', async () => {
  const { api } = fake([[runsBash('ls'), creates('/a')]], {}, { stream: { deltaLength: 4 } });
  const response = await api.fetch(MESSAGES_URL, {
    method: 'POST',
    body: JSON.stringify({ model: 'claude-sonnet-5', max_tokens: 9, stream: true, ...begin }),
  });
  const sentEvents = readServerSentEvents(await response.text());
  const events: WireEvent[] = sentEvents.map(({ data }) => JSON.parse(data));
  const inputs = events.filter(({ delta }: any) => delta?.type === 'input_json_delta');
  const sent = (index: number) =>
    inputs.flatMap((event: any) => (event.index === index ? [event.delta.partial_json] : []));
  expect(sent(0)).toEqual(['', '{"co', 'mman', 'd":"', 'ls"}']);
  expect(sent(2)[0]).toBe('');
  expect(JSON.parse(sent(2).join(''))).toMatchObject({ command: 'create', path: '/a' });
  const starts = events.filter(({ type }) => type === 'content_block_start');
  expect(starts[1]).toMatchObject({ content_block: { content: { return_code: 0 } } });
  expect(eventsToMessage(events).content).toHaveLength(4);
});

test('each command counts as a sampling pass [usage.passes] [usage.code_execution_requests]', async () => {
  const fidelity = { codeExecutionRequests: true };
  const { api } = fake([[runsBash('ls'), says('x')], [says('x')]], {}, { fidelity });
  const first = (await send(api, begin)).body;
  expect(first.usage.server_tool_use.code_execution_requests).toBe(1);
  const messages = [user('Hi')];
  const other = (await send(fake([[says('x')]]).api, { ...alone, messages })).body;
  expect(first.usage.input_tokens).toBeGreaterThan(2 * other.usage.input_tokens);
});

const made = [{ name: 'a.csv', bytes: Buffer.from('a,b\n') }];

test('files of a command are reported by their ids [command.files]', async () => {
  const { api } = fake([[runsBash('make')]], { make: [{ files: made }] });
  const { body } = await send(api, begin);
  const [file] = body.content[1].content.content;
  expect(file.type).toBe('bash_code_execution_output');
  expect(file.file_id).toMatch(/^file_01[1-9A-HJ-NP-Za-km-z]{22}$/);
  expect(api.transcript.events).toContainEqual(
    expect.objectContaining({
      type: 'file.captured',
      file: file.file_id,
      source: body.content[0].id,
      name: 'a.csv',
      data: Buffer.from('a,b\n').toString('base64'),
    }),
  );
});

test('cells of the first version hand over files and lose their last newline [result.files_20250522] [result.trimmed_20250522]', async () => {
  const cells = { 'make()': [{ stdout: 'made\n\n', files: made }] };
  const legacy = { ...begin, tools: [{ type: 'code_execution_20250522', name: 'code_execution' }] };
  const { api, sandbox } = fake([[runs('make()')]], cells);
  const { body } = await send(api, legacy);
  expect(body.content[1].content).toMatchObject({
    stdout: 'made\n',
    content: [{ type: 'code_execution_output', file_id: expect.stringMatching(/^file_01/) }],
  });
  expect(sandbox.log[0]).toMatchObject({ fresh: true, outputs: true });
  const kept = fake([[runs('make()')]], cells, { fidelity: { trimmedOutput20250522: false } });
  expect((await send(kept.api, legacy)).body.content[1].content.stdout).toBe('made\n\n');
});

test('a model without programmatic calls keeps no variables [container.state_haiku]', async () => {
  const { api, sandbox } = fake([[runs('x = 1')]], { 'x = 1': [{}] });
  await send(api, { ...begin, model: 'claude-haiku-4-5' });
  expect(sandbox.log[0]?.fresh).toBe(true);
});

test.each([
  ['code_execution_20250522', 'code_execution', true],
  ['code_execution_20250522', 'bash_code_execution', false],
  ['code_execution_20250825', 'code_execution', false],
  ['code_execution_20250825', 'bash_code_execution', true],
  ['code_execution_20260120', 'code_execution', false],
  ['code_execution_20260120', 'bash_code_execution', true],
  ['code_execution_20260521', 'code_execution', false],
  ['code_execution_20260521', 'bash_code_execution', true],
])('%s without callable tools offers %s: %s [command.offered]', async (type, name, offered) => {
  const step = name === 'code_execution' ? runs('1') : runsBash('ls');
  const cells = { 1: [{}] };
  const tools = [{ type, name: 'code_execution' }];
  const strict = fake([[step]], cells, { fidelity: { unofferedTools: 'refused' } });
  const { status, body } = await send(strict.api, { ...begin, tools });
  expect(status).toBe(offered ? 200 : 500);
  if (!offered) expect(body.error.message).toContain(`The script uses \`${step.type}\``);
  expect((await send(fake([[step]], cells).api, { ...begin, tools })).status).toBe(200);
});

test('with a callable tool there is Python, and the shell as well [command.offered]', async () => {
  const { api } = fake(
    [[runs('1'), runsBash('ls')]],
    { 1: [{}] },
    { fidelity: { unofferedTools: 'refused' } },
  );
  expect((await send(api, { messages: [user('Hi')] })).status).toBe(200);
});

test('a script that wants what the sandbox lacks is told so', async () => {
  const sandbox = createCannedSandbox({});
  const createContainer = sandbox.createContainer.bind(sandbox);
  const nothing = { bash: undefined, editTogether: undefined };
  sandbox.createContainer = async (options) =>
    Object.assign(await createContainer(options), nothing);
  for (const [step, what] of [
    [runsBash('ls'), 'commands of the bash tool'],
    [creates('/a'), 'the text editor'],
  ] as const) {
    const api = createFakeApi({ script: createListScript([step]), sandbox });
    const { status, body } = await send(api, begin);
    expect([status, body.error.message]).toEqual([500, expect.stringContaining(what)]);
  }
});

test('a step of no known type is an error, not an endless turn', async () => {
  const script = createListScript([]);
  script.next = () => JSON.parse('{"type": "sleep"}');
  const { status, body } = await send(createFakeApi({ script }), begin);
  expect([status, body.error.message]).toEqual([
    500,
    'callsheet: The script gave a step of the unknown type "sleep".',
  ]);
});

test('a script sees the commands of its turn', async () => {
  const { api } = fake([[runsBash('make'), creates('/a')]], { make: [{ stdout: 'built' }] });
  await send(api, begin);
  const [session] = foldSessions(api.transcript.events);
  expect(session?.turns[0]?.commands).toMatchObject([
    { tool: 'bash_code_execution', input: { command: 'make' }, result: { stdout: 'built' } },
    {
      tool: 'text_editor_code_execution',
      input: { path: '/a' },
      result: { is_file_update: false },
    },
  ]);
});
