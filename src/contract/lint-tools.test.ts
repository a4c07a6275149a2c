import { betaZodTool } from '@anthropic-ai/sdk/helpers/beta/zod';
import { expect, test } from 'vitest';
import * as z from 'zod';
import { lintTools } from './lint-tools.ts';

const CODE = { type: 'code_execution_20260120', name: 'code_execution' };
const good = {
  name: 'fetch_sales',
  description: 'Returns JSON text: {"rows": [{"day", "units"}]}.',
  input_schema: { type: 'object' },
  allowed_callers: ['code_execution_20260120'],
};
const circular = {
  type: 'object',
  properties: { child: { $ref: '#/$defs/Node' } },
  $defs: { Node: { type: 'object', properties: { child: { $ref: '#/$defs/Node' } } } },
};
const rules = (...args: Parameters<typeof lintTools>) => lintTools(...args).map(({ rule }) => rule);

test('a tool that is as it should be, as declared or with its function', () => {
  expect(lintTools({ tools: [CODE, good], tool_choice: { type: 'auto' } })).toEqual([]);
  expect(lintTools([{ ...good, run: () => '' }])).toEqual([]);
  expect(lintTools([{ ...good, description: 'Rows of a SKU as a JSON list.' }])).toEqual([]);
});

test.each<[string, object]>([
  ['tool.strict_from_code', { strict: true }],
  ['tool.circular_ref', { input_schema: circular }],
  ['lint.results_undescribed', { description: 'Looks up sales.' }],
  ['lint.results_undescribed', { description: undefined }],
  ['lint.object_described', { description: 'Sales. Returns an object with `rows`.' }],
  ['lint.name_no_identifier', { name: 'fetch-sales' }],
  ['lint.name_no_identifier', { name: 'lambda' }],
  ['request.schema', { name: 'fetch sales' }],
  ['request.schema', { allowed_callers: ['code_execution_20990101'] }],
])('%s: %j', (rule, change) => {
  expect(rules([{ ...good, ...change }])).toEqual([rule]);
});

const Sales = z.strictObject({ sku: z.string(), period: z.enum(['day', 'week']).optional() });
const forms = {
  'a JSON Schema': () => ({ input_schema: z.toJSONSchema(Sales) }),
  'a zod schema': () => ({ inputSchema: Sales }),
  'a zod schema as the parameters': () => ({ parameters: Sales, strict: false }),
  betaZodTool: ({ name, description }: { name: string; description: string }) => ({
    ...betaZodTool({ name, description, inputSchema: Sales, run: () => '' }),
  }),
};
test.each(Object.entries(forms))('the same of tools with %s', (_, form) => {
  const { input_schema: _schema, ...tool } = good;
  const kept = (change: object = {}) => {
    const named = { ...tool, ...change };
    return { ...form(named), ...named };
  };
  expect(rules([kept()])).toEqual([]);
  expect(rules([kept({ name: 'lambda' })])).toEqual(['lint.name_no_identifier']);
  expect(rules([kept({ strict: true })])).toEqual(['tool.strict_from_code']);
  expect(rules([kept({ description: 'Looks up sales.' })])).toEqual(['lint.results_undescribed']);
});

test('a recursive zod schema', () => {
  const Node: z.ZodType = z.object({ children: z.array(z.lazy(() => Node)) });
  const { input_schema: _schema, ...tool } = good;
  expect(rules([{ ...tool, inputSchema: z.object({ root: Node }) }])).toEqual([
    'tool.circular_ref',
  ]);
});

test('a tool that only Claude itself calls needs none of the advice', () => {
  expect(lintTools([{ name: 'fetch-sales', input_schema: circular }])).toEqual([]);
});

test('a version of the caller that the declared tool does not serve', () => {
  const old = { ...good, allowed_callers: ['code_execution_20250825'] };
  expect(rules([CODE, old])).toEqual(['tool.caller_version']);
});

test('a forced choice: refused for a tool of code alone, advice for one of both', () => {
  const tool_choice = { type: 'tool', name: 'fetch_sales' };
  const both = { ...good, allowed_callers: ['direct', 'code_execution_20260120'] };
  expect(rules({ tools: [CODE, good], tool_choice })).toEqual(['tool_choice.code_only']);
  expect(rules({ tools: [CODE, both], tool_choice })).toEqual(['lint.forced_choice']);
});

test('tools of an MCP server beside tools that code may call', () => {
  const mcp = { type: 'mcp_toolset', mcp_server_name: 'docs' };
  expect(rules([CODE, good, mcp])).toEqual(['lint.mcp_tools']);
  expect(rules([mcp])).toEqual([]);
  expect(rules([{ ...mcp, allowed_callers: ['code_execution_20260120'] }])).toContain(
    'tool.mcp_callers',
  );
});

test('stale beta headers, and no others', () => {
  const headers = { 'Anthropic-Beta': 'code-execution-2025-08-25, message-threads-2026-08-12' };
  expect(lintTools([CODE, good], { headers })).toEqual([
    {
      rule: 'lint.stale_beta',
      path: 'anthropic-beta',
      message: '`code-execution-2025-08-25` is no longer needed.',
      fix: 'Leave it out.',
      refused: false,
    },
  ]);
});

test('a finding says where, what and how to mend it', () => {
  expect(lintTools([CODE, { ...good, name: 'fetch-sales' }])).toEqual([
    {
      rule: 'lint.name_no_identifier',
      path: 'tools.1.custom',
      tool: 'fetch-sales',
      message: expect.stringContaining('`fetch-sales` is no name that Python code can call'),
      fix: expect.stringContaining('underscores'),
      refused: false,
    },
  ]);
});
