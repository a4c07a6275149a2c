import { expect, test } from 'vitest';
import {
  askUser,
  codeExecution,
  fake,
  fetchRows,
  findings,
  says,
  send,
  user,
} from '../../../test/support/conversation.ts';
import type { RuleId } from '../../protocol/requirements.ts';

const ok = { messages: [user('Hi')] };
const text = (value: string) => ({ type: 'text', text: value });
const use = (id: string, caller?: object) => ({
  type: 'tool_use',
  id,
  name: 'ask_user',
  input: {},
  ...(caller && { caller }),
});
const cell = (id: string) => ({
  type: 'server_tool_use',
  id,
  name: 'code_execution',
  input: { code: '' },
});
const cellResult = (id: string) => ({
  type: 'code_execution_tool_result',
  tool_use_id: id,
  content: { type: 'code_execution_result', stdout: '', stderr: '', return_code: 0, content: [] },
});
const result = (id: string, content: unknown = 'x') => ({
  type: 'tool_result',
  tool_use_id: id,
  content,
});
const history = (assistant: object[], reply: object[], more: object[] = []) => ({
  messages: [user('Hi'), { role: 'assistant', content: assistant }, user(reply), ...more],
});
const fromCode = { type: 'code_execution_20260120', tool_id: 'srvtoolu_1' };
const node = {
  type: 'object',
  properties: { next: { $ref: '#/$defs/Node' } },
  $defs: { Node: { type: 'object', properties: { next: { $ref: '#/$defs/Node' } } } },
};

/** A change to a valid request, the rule it breaks, and how the refusal is worded. */
const refused: [RuleId, string, object, string, number?][] = [
  ['request.schema', 'a missing field', { max_tokens: undefined }, 'max_tokens: Field required'],
  [
    'request.schema',
    'an unknown field',
    { temprature: 1 },
    'temprature: Extra inputs are not permitted',
  ],
  [
    'request.schema',
    'no messages',
    { messages: [] },
    'messages: List should have at least 1 item after validation, not 0',
  ],
  [
    'request.schema',
    'a wrong type',
    { max_tokens: '9' },
    'max_tokens: Input should be a valid number',
  ],
  [
    'request.schema',
    'a text block without text',
    { messages: [user([{ type: 'text' }])] },
    'messages.0.content.0.text.text: Field required',
  ],
  [
    'request.schema',
    'an unknown block',
    { messages: [user([{ type: 'txt' }])] },
    "messages.0.content.0: Input tag 'txt' found using 'type' does not match any of the expected tags: ",
  ],
  [
    'request.schema',
    'an unknown key of a block',
    history([{ ...use('toolu_1'), parsed: 1 }], [result('toolu_1')]),
    'messages.1.content.0.tool_use.parsed: Extra inputs are not permitted',
  ],
  [
    'request.schema',
    'an unknown tool type',
    { tools: [{ type: 'code_execution_2027', name: 'code_execution' }] },
    "tools.0: Input tag 'code_execution_2027' found using 'type' does not match any of the expected tags: ",
  ],
  [
    'request.schema',
    'a tool without a root type',
    { tools: [{ name: 't', input_schema: {} }] },
    'tools.0.custom.input_schema.type: Field required',
  ],
  [
    'request.schema',
    'another root type',
    { tools: [{ name: 't', input_schema: { type: 'string' } }] },
    "tools.0.custom.input_schema.type: Input should be 'object'",
  ],
  [
    'request.schema',
    'a configured code execution tool',
    { tools: [{ ...codeExecution, timeout: 9 }] },
    'tools.0.code_execution_20260120.timeout: Extra inputs are not permitted',
  ],
  [
    'request.schema',
    'a renamed code execution tool',
    { tools: [{ ...codeExecution, name: 'python' }] },
    "tools.0.code_execution_20260120.name: Input should be 'code_execution'",
  ],
  [
    'request.schema',
    'an unknown caller',
    { tools: [{ ...fetchRows, allowed_callers: ['code_execution'] }] },
    "tools.0.custom.allowed_callers.0: Input should be 'direct' or 'code_execution_20250825' or ",
  ],
  [
    'request.sampling_range',
    'a temperature out of range',
    { temperature: -5 },
    'temperature: range: 0..1',
  ],
  [
    'tool.unique_names',
    'two tools of one name',
    { tools: [askUser, askUser] },
    'tools: Tool names must be unique.',
  ],
  [
    'tool.strict_from_code',
    'a strict tool for code',
    { tools: [{ ...fetchRows, strict: true }] },
    'tools.0.custom: `strict`',
  ],
  [
    'tool.circular_ref',
    'a recursive schema for code',
    { tools: [{ ...fetchRows, input_schema: node }] },
    'tools.0.custom.input_schema: Circular $ref detected: Node -> Node',
  ],
  [
    'tool.strict_circular',
    'a strict recursive schema',
    { tools: [{ ...askUser, strict: true, input_schema: node }] },
    'tools.0.custom: Invalid schema: Circular reference detected in schema definitions: Node -> Node. Self-referencing or mutually-referencing definitions are not supported.',
  ],
  [
    'tool.mcp_callers',
    'an MCP toolset for code',
    { tools: [{ type: 'mcp_toolset', mcp_server_name: 'm', allowed_callers: ['direct'] }] },
    'tools.0.mcp_toolset.allowed_callers: Extra inputs are not permitted',
  ],
  [
    'tool.toolset_callers',
    'a browser toolset for code',
    {
      tools: [
        {
          type: 'browser_toolset_20260801',
          name: 'browser',
          allowed_callers: ['code_execution_20260120'],
        },
      ],
    },
    "tools.0.browser_toolset_20260801.allowed_callers.0: Input should be 'direct'",
  ],
  [
    'tool_choice.unknown',
    'a choice of no tool',
    { tool_choice: { type: 'tool', name: 'x' } },
    "tool_choice: Tool 'x' not found in provided tools",
  ],
  [
    'tool_choice.code_only',
    'a forced call from code',
    { tool_choice: { type: 'tool', name: 'fetch_rows' } },
    'tool_choice: ',
  ],
  [
    'tool_choice.parallel',
    'parallel calls disabled',
    { tool_choice: { type: 'auto', disable_parallel_tool_use: true } },
    'tool_choice.disable_parallel_tool_use: ',
  ],
  [
    'model.programmatic',
    'a model that cannot',
    { model: 'claude-haiku-4-5-20251001' },
    "'claude-haiku-4-5-20251001' does not support programmatic tool calling.",
  ],
  [
    'container.form',
    'a container object',
    { container: { id: 'container_1' } },
    'container: Input should be a valid string',
  ],
  [
    'container.skills',
    'skills without the tool',
    { container: {}, tools: [askUser] },
    'container: skills can only be used when a code execution tool is enabled',
  ],
  ['container.unknown', 'a container nobody made', { container: 'container_1' }, 'container: '],
  [
    'reply.missing',
    'an unanswered call',
    history([use('toolu_1'), use('toolu_2')], [text('No.')]),
    'messages.1: `tool_use` ids were found without `tool_result` blocks immediately after: toolu_1, toolu_2. Each `tool_use` block must have a corresponding `tool_result` block in the next message.',
  ],
  [
    'reply.missing',
    'a result behind text',
    history([use('toolu_1')], [text('Well.'), result('toolu_1')]),
    'messages.1: `tool_use` ids were found without',
  ],
  [
    'reply.unexpected',
    'a result for a server tool',
    history([cell('srvtoolu_1'), cellResult('srvtoolu_1')], [result('srvtoolu_1')]),
    'messages.2.content.0: unexpected `tool_use_id` found in `tool_result` blocks: srvtoolu_1. Each `tool_result` block must have a corresponding `tool_use` block in the previous message.',
  ],
  [
    'reply.duplicate',
    'a call answered twice',
    history([use('toolu_1')], [result('toolu_1'), result('toolu_1')]),
    'messages.2.content.1: each tool_use must have a single result. Found multiple `tool_result` blocks with id: toolu_1',
  ],
  [
    'reply.text_only',
    'an image for code',
    history(
      [cell('srvtoolu_1'), use('toolu_1', fromCode)],
      [result('toolu_1', [{ type: 'image' }])],
    ),
    'messages.2.content.0.tool_result.content.0: ',
  ],
  [
    'history.prefill',
    'an assistant message last',
    { messages: [user('Hi'), { role: 'assistant', content: 'I' }] },
    'This model does not support assistant message prefill. The conversation must end with a user message.',
  ],
  [
    'history.duplicate_use',
    'a tool use twice',
    history(
      [use('toolu_1')],
      [result('toolu_1')],
      [{ role: 'assistant', content: [use('toolu_1')] }, user([result('toolu_1')])],
    ),
    'messages.3.content.0: `tool_use` ids must be unique',
  ],
  [
    'history.result_missing',
    'text beside the answers of a cell',
    history([cell('srvtoolu_1'), use('toolu_1', fromCode)], [result('toolu_1'), text('And?')]),
    'messages.1: `code_execution` tool use with id `srvtoolu_1` was found without a corresponding `code_execution_tool_result` block',
  ],
  [
    'history.result_missing',
    'a dropped caller',
    history([cell('srvtoolu_1')], [text('And?')]),
    'messages.1: `code_execution` tool use with id `srvtoolu_1` was found without',
  ],
  [
    'history.result_missing',
    'answers after the tools are gone',
    {
      ...history([cell('srvtoolu_1'), use('toolu_1', fromCode)], [result('toolu_1')]),
      tools: [askUser],
    },
    'block, but no `code_execution` tool was provided',
  ],
  [
    'history.use_missing',
    'a result without its cell',
    history([cellResult('srvtoolu_1')], [text('And?')]),
    'messages.1.content.0: unexpected `tool_use_id` found in `code_execution_tool_result` blocks: srvtoolu_1.',
  ],
  [
    'history.caller_not_found',
    'a call without its cell',
    history([use('toolu_1', fromCode)], [result('toolu_1')]),
    'source tool `srvtoolu_1` not found for tool use block `toolu_1`',
  ],
];

test.each(refused)('[%s] %s is refused', async (rule, _title, change, message, status = 400) => {
  const { api } = fake([[says('Hello.')]]);
  const answer = await send(api, { ...ok, ...change });
  expect(answer.body.error.message).toContain(message);
  expect(answer.body).toEqual({
    type: 'error',
    error: { type: 'invalid_request_error', message: expect.any(String) },
    request_id: expect.stringMatching(/^req_01/),
  });
  expect(answer.status).toBe(status);
  const [finding] = findings(api);
  expect(finding).toMatchObject({ rule, fix: expect.any(String) });
});

test('the same request without the change is answered', async () => {
  const { api } = fake([[says('Hello.')]]);
  expect((await send(api, ok)).status).toBe(200);
  expect(findings(api)).toEqual([]);
});

const accepted: [string, object][] = [
  ['no declared code execution tool [request.no_code_execution_tool]', { tools: [fetchRows] }],
  [
    'every caller value [request.caller_values]',
    {
      tools: [
        {
          ...fetchRows,
          allowed_callers: [
            'direct',
            'code_execution_20250825',
            'code_execution_20260120',
            'code_execution_20260521',
          ],
        },
      ],
    },
  ],
  ['a recursive schema of a direct tool', { tools: [{ ...askUser, input_schema: node }] }],
  [
    'a shared but not recursive definition',
    {
      tools: [
        {
          ...fetchRows,
          input_schema: {
            type: 'object',
            properties: { a: { $ref: '#/$defs/A' }, b: { $ref: '#/$defs/A' } },
            $defs: { A: { type: 'string' } },
          },
        },
      ],
    },
  ],
  [
    'a code execution tool of the legacy version',
    { tools: [{ type: 'code_execution_20250522', name: 'code_execution' }] },
  ],
  ['skills with the tool', { container: { skills: [{ type: 'anthropic', skill_id: 'pptx' }] } }],
  ['a forced direct tool', { tool_choice: { type: 'tool', name: 'ask_user' } }],
  [
    'Haiku with tools that may be called directly',
    {
      model: 'claude-haiku-4-5',
      tools: [{ ...fetchRows, allowed_callers: ['direct', 'code_execution_20260120'] }],
    },
  ],
  [
    'cache control on blocks and tools',
    {
      messages: [user([{ ...text('Hi'), cache_control: { type: 'ephemeral' } }])],
      tools: [{ ...askUser, cache_control: { type: 'ephemeral', ttl: '1h' } }],
    },
  ],
];

test.each(accepted)('a request with %s is answered', async (_title, change) => {
  const { api } = fake([[says('Hello.')]]);
  const { status, body } = await send(api, { ...ok, ...change });
  expect([status, body.error?.message]).toEqual([200, undefined]);
});

test('where programmatic calls are not known, no block has a caller [history.caller_unknown]', async () => {
  const answered = (caller?: object) =>
    history([{ ...use('toolu_1'), ...(caller && { caller }) }], [result('toolu_1')]);
  const unknown = { fidelity: { callerField: 'unknown' } } as const;
  const { api } = fake([[says('Hello.')]], {}, unknown);
  const { status, body } = await send(api, answered({ type: 'direct' }));
  expect([status, body.error.message]).toEqual([
    400,
    'messages.1.content.0.tool_use.caller: Extra inputs are not permitted',
  ]);
  expect(findings(api)).toMatchObject([{ rule: 'history.caller_unknown' }]);

  const calling = [{ type: 'tool_use' as const, calls: [{ name: 'ask_user', input: {} }] }];
  const answer = await send(fake([calling], {}, unknown).api, ok);
  expect(answer.body.content).toEqual([
    { type: 'tool_use', id: expect.any(String), name: 'ask_user', input: {} },
  ]);
});

test('a rule that is ignored is neither enforced nor noted', async () => {
  const broken = { ...ok, tools: [{ ...fetchRows, strict: true }], surprise: 1 };
  const ignoredRules = ['tool.strict_from_code', 'request.schema'];
  const { api } = fake([[says('Hello.')]], {}, { ignoredRules });
  expect((await send(api, broken)).status).toBe(200);
  expect(findings(api)).toEqual([]);
  expect((await send(api, { ...broken, max_tokens: 'many' })).status).toBe(400);
});

test('a model that does not exist is a 404 [model.unknown]', async () => {
  const { api } = fake([[says('Hello.')]], {}, { models: ['claude-opus-5'] });
  const { status, body } = await send(api, { ...ok, model: 'claude-nonsense' });
  expect([status, body.error]).toEqual([
    404,
    { type: 'not_found_error', message: 'model: claude-nonsense' },
  ]);
  expect((await send(api, { ...ok, model: 'claude-opus-5' })).status).toBe(200);
});

test('sampling parameters are gone in API version 2026-10-21 [request.sampling_removed]', async () => {
  const { api } = fake([[says('Hello.')], [says('Hello.')]]);
  const headers = { 'anthropic-version': '2026-10-21' };
  const { body } = await send(api, { ...ok, temperature: 0.5 }, { headers });
  expect(body.error.message).toBe('temperature: Extra inputs are not permitted');
  const old = { headers: { 'anthropic-version': '2023-06-01' } };
  expect((await send(api, { ...ok, temperature: 0.5 }, old)).status).toBe(200);
});

test('options turn what is not known for sure into a refusal, or out of one', async () => {
  const strict = { codeExecutionTool: 'required', otherCallerVersion: 'rejected' } as const;
  const { api } = fake([[says('Hello.')]], {}, { fidelity: strict });
  await send(api, { ...ok, tools: [fetchRows] });
  await send(api, {
    ...ok,
    tools: [{ ...codeExecution, type: 'code_execution_20250825' }, fetchRows],
  });
  expect(findings(api).map(({ rule }) => rule)).toEqual([
    'tool.code_execution_missing',
    'tool.caller_version',
  ]);
  const { api: lenient } = fake(
    [[says('Hello.')]],
    {},
    { fidelity: { disableParallelToolUse: 'ignored' } },
  );
  const tool_choice = { type: 'auto', disable_parallel_tool_use: true };
  expect((await send(lenient, { ...ok, tool_choice })).status).toBe(200);
});
