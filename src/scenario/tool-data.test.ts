import { ToolError } from '@anthropic-ai/sdk/lib/tools/ToolError';
import { betaTool } from '@anthropic-ai/sdk/helpers/beta/json-schema';
import { betaZodTool } from '@anthropic-ai/sdk/helpers/beta/zod';
import { expect, test } from 'vitest';
import * as z from 'zod';
import { createCannedSandbox } from '../../test/support/canned-sandbox.ts';
import { createFakeApi } from '../api/create-fake-api.ts';
import { MessageRequest } from '../protocol/request.ts';
import { runScenario } from './run-scenario.ts';
import { scenario } from './scenario.ts';
import { toYaml } from './to-yaml.ts';
import type { ToolsOption } from './tool-types.ts';

const units = betaZodTool({
  name: 'units',
  description: 'Units of a SKU',
  inputSchema: z.object({ sku: z.string() }),
  allowed_callers: ['direct'],
  run: ({ sku }) => {
    if (sku === 'none') throw new Error('no such SKU');
    return `7 of ${sku}`;
  },
});
const price = betaTool({
  name: 'price',
  description: 'Price of a SKU',
  inputSchema: { type: 'object', properties: { sku: { type: 'string' } } },
  run: ({ sku }) => {
    if (sku === 'none') throw new ToolError([{ type: 'text', text: 'no price' }]);
    return [{ type: 'text', text: `$${String(sku)}` }];
  },
});

function using(tools: ToolsOption, call: string, input: Record<string, unknown>) {
  return scenario('stock', (claude) => void claude.onUser('Go.').calls(call, input).says('Done.'), {
    tools,
  });
}

/** What the reference client sent as the result of one call. */
async function answered(tools: ToolsOption, call: string, input: Record<string, unknown>) {
  const played = using(tools, call, input);
  const api = createFakeApi({ script: played, sandbox: createCannedSandbox({}) });
  const { failures } = await runScenario(played, { api });
  const bodies = api.transcript.events.flatMap((event) =>
    event.type === 'request.received' ? [MessageRequest.parse(event.body)] : [],
  );
  const result = bodies.at(-1)?.messages.at(-1)?.content;
  return { failures, result: Array.isArray(result) ? result[0] : result, first: bodies[0] };
}

test.each([
  ['text', 'units', { sku: 'A' }, { content: '7 of A' }],
  ['content blocks', 'price', { sku: 'A' }, { content: [{ type: 'text', text: '$A' }] }],
  ['an error', 'units', { sku: 'none' }, { content: 'Error: no such SKU', is_error: true }],
  [
    'a ToolError',
    'price',
    { sku: 'none' },
    { content: [{ type: 'text', text: 'no price' }], is_error: true },
  ],
])('the tools of the SDK answer themselves: %s', async (_, call, input, expected) => {
  const { failures, result } = await answered([units, price], call, input);
  expect(failures).toEqual([]);
  expect(result).toMatchObject({ type: 'tool_result', ...expected });
});

test('arguments that its schema rejects are an error result, and nothing is run', async () => {
  const { result } = await answered([units], 'units', { sku: 7 });
  expect(result).toMatchObject({ is_error: true, content: expect.stringContaining('sku') });
});

test('they are declared as they say, among others by name', async () => {
  const { first } = await answered({ units, other: { returns: 1 } }, 'units', { sku: 'A' });
  expect(first?.tools).toMatchObject([
    { name: 'code_execution' },
    {
      name: 'units',
      description: 'Units of a SKU',
      input_schema: { type: 'object', properties: { sku: { type: 'string' } }, required: ['sku'] },
      allowed_callers: ['direct'],
    },
    { name: 'other', allowed_callers: ['code_execution_20260120'] },
  ]);
});

test('what a function returns beside text and blocks is sent as JSON', async () => {
  const tools = { rows: { input_schema: { type: 'object' }, run: async () => [{ units: 7 }] } };
  expect((await answered(tools, 'rows', {})).result).toMatchObject({ content: '[{"units":7}]' });
});

test('a file cannot hold what they do', () => {
  expect(() => toYaml(using([units], 'units', { sku: 'A' }))).toThrow(
    'scenario "stock": tools.units.run is a function or a matcher, which YAML cannot hold',
  );
});

test.each([
  ['without a schema', [{ name: 'units', run: () => '7' }], 'tools[0] is not a tool'],
  ['of one name', [units, units], 'there are two tools "units"'],
  [
    'that answer twice',
    { units: { ...units, returns: 7 } },
    'tools.units.returns: "returns" does not go with "run"',
  ],
])('tools %s are refused', (_, tools, message) => {
  expect(() => using(tools, 'units', {})).toThrow(message);
});
