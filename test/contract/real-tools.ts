/** Tools as applications declare them: written in zod, and said as JSON Schema in the ways that libraries say it. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { betaZodTool } from '@anthropic-ai/sdk/helpers/beta/zod';
import { parse } from 'yaml';
import * as z from 'zod';
import { readTools } from '../../src/contract/tool-contract.ts';
import type { ToolSchema } from './tool-schemas.ts';

const Money = z.object({
  amount: z.number().nonnegative().multipleOf(0.01).describe('In the currency of the account'),
  currency: z.enum(['EUR', 'USD', 'GBP']).default('EUR'),
});
const Person = z.object({
  name: z.string().min(1).max(200),
  email: z.email(),
  phone: z
    .string()
    .regex(/^\+[1-9]\d{6,14}$/)
    .nullish(),
});
const Cell = z.union([z.string(), z.number(), z.boolean(), z.null()]);
const Page = { limit: z.int().min(1).max(100).default(20), cursor: z.string().optional() };

const TOOLS = {
  search_orders: z.object({
    query: z.string().min(1).describe('Words, as a person would type them'),
    status: z.array(z.enum(['open', 'paid', 'shipped', 'returned'])).optional(),
    placed: z.object({ from: z.iso.date(), to: z.iso.date() }).partial().optional(),
    ...Page,
  }),
  create_invoice: z.object({
    customer: Person,
    lines: z
      .array(z.object({ sku: z.string(), count: z.int().positive(), price: Money }))
      .min(1)
      .max(50),
    discount: z
      .discriminatedUnion('kind', [
        z.object({ kind: z.literal('percent'), value: z.number().gt(0).lte(100) }),
        z.object({ kind: z.literal('amount'), value: Money }),
      ])
      .optional(),
    due: z.iso.date().nullable(),
  }),
  query_table: z.strictObject({
    table: z.string().regex(/^[a-z_][a-z0-9_]*$/),
    where: z
      .array(z.object({ column: z.string(), operator: z.enum(['=', '<', '>', 'in']), value: Cell }))
      .default([]),
    order: z.tuple([z.string(), z.enum(['asc', 'desc'])]).optional(),
    ...Page,
  }),
  edit_file: z.object({
    path: z.string(),
    edits: z.array(z.object({ oldText: z.string(), newText: z.string() })),
    dryRun: z.boolean().default(false),
  }),
  set_labels: z.object({
    issue: z.union([z.int(), z.url()]),
    labels: z.record(z.string().max(50), z.string().nullable()),
  }),
  send_request: z.looseObject({
    url: z.url(),
    method: z.enum(['GET', 'POST', 'PUT', 'DELETE']).default('GET'),
    headers: z.record(z.string(), z.string()).optional(),
    body: z.union([z.string(), z.record(z.string(), z.unknown())]).optional(),
    timeout_ms: z.int().min(0).max(120_000).optional(),
  }),
  schedule_meeting: z.object({
    at: z.iso.datetime({ offset: true }),
    minutes: z.literal([15, 30, 60]),
    guests: z.array(Person.pick({ name: true, email: true })).max(20),
    room: z.uuid().optional(),
    repeat: z.intersection(
      z.object({ every: z.enum(['day', 'week']) }),
      z.object({ until: z.iso.date().optional() }),
    ),
  }),
  list_nothing: z.object({}),
};

/** The schemas of the tools, each said in every way. */
export const generatedSchemas: ToolSchema[] = Object.entries(TOOLS).flatMap(([name, zod]) => [
  z.toJSONSchema(zod),
  z.toJSONSchema(zod, { io: 'input', target: 'draft-7' }),
  z.toJSONSchema(zod, { target: 'openapi-3.0' }),
  z.toJSONSchema(zod, { reused: 'ref' }),
  ...inputSchemas([betaZodTool({ name, description: '', inputSchema: zod, run: () => '' })]),
]);

/** The schemas of the tools in the recordings that lie beside the project; none where these are not. */
export function recordedSchemas(): ToolSchema[] {
  const folder = new URL('../../../shared/recordings/', import.meta.url);
  if (!existsSync(folder)) return [];
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  const schemas = files
    .filter((file) => /\.(?:json|ya?ml)$/.test(file))
    .flatMap((file) => declaredIn(parse(readFileSync(new URL(file, folder), 'utf8'))));
  return [...new Map(schemas.map((schema) => [JSON.stringify(schema), schema])).values()];
}

function declaredIn(value: unknown): ToolSchema[] {
  if (typeof value === 'string' && value.includes('"input_schema"'))
    return declaredIn(parse(value));
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, item]) =>
    key === 'tools' && Array.isArray(item) ? inputSchemas(item) : declaredIn(item),
  );
}

function inputSchemas(tools: readonly unknown[]): ToolSchema[] {
  return readTools(tools).flatMap(({ input: { schema } }) =>
    typeof schema === 'boolean' ? [] : [schema],
  );
}
