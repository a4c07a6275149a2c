import { Ajv2020 } from 'ajv/dist/2020.js';
import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { scenarioJsonSchema } from './json-schema.ts';

// `vitest -u` writes the file anew.
test('the published JSON Schema is that of scenario files', async () => {
  const schema = `${JSON.stringify(scenarioJsonSchema(), null, 2)}\n`;
  await expect(schema).toMatchFileSnapshot('../../schemas/scenario.schema.json');
});

const validate = new Ajv2020({ strict: false }).compile(scenarioJsonSchema());
const folder = new URL('../../scenarios/', import.meta.url);
const turns = [{ user: 'Hi', claude: [{ says: 'Hi.' }] }];

test.each(readdirSync(folder))('%s is valid by the schema that editors use', (file) => {
  const valid = validate(parse(readFileSync(new URL(file, folder), 'utf8')));
  expect([valid, validate.errors]).toEqual([true, null]);
});

test('nested expectations, short forms and durations are valid by it', () => {
  const tools = { fetch: { returns: 1, takes: '4m30s' } };
  const calls = ['fetch', { optional: { fetch: { sku: 'A' } } }, 'anything'];
  expect(validate({ scenario: 'x', tools, turns, expect: { calls } })).toBe(true);
});

test.each([
  { scenario: 'x', turns, expcet: {} },
  { scenario: 'x', turns: [{ user: 'Hi', claude: [{ sayz: 'Hi.' }] }] },
  { turns },
])('%j is not', (wrong) => {
  expect(validate(wrong)).toBe(false);
});
