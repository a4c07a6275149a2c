import { expect, test } from 'vitest';
import * as z from 'zod';
import { compareSchemas } from './compare-schemas.ts';
import { compareTools } from './compare-tools.ts';
import { readTool, readTools } from './tool-contract.ts';

const weather = {
  name: 'get_weather',
  description: 'Returns JSON: temp and sky.',
  input_schema: {
    type: 'object',
    properties: { city: { type: 'string' }, units: { type: 'string', enum: ['c', 'f'] } },
    required: ['city'],
  },
  output_schema: {
    type: 'object',
    properties: { temp: { type: 'number' }, sky: { type: 'string' } },
    required: ['temp'],
  },
  allowed_callers: ['code_execution_20260120'],
};

/** The kinds and rules of what a change to the tool does. */
function changesAfter(change: (tool: any) => void): string[] {
  const after = structuredClone(weather);
  change(after);
  return compareTools(readTools([weather]), readTools([after])).map(
    ({ kind, rule, path }) => `${kind} ${rule} ${path}`,
  );
}

const cases: [string, (tool: any) => void, string[]][] = [
  ['nothing', () => {}, []],
  [
    'a required argument',
    (t) => {
      t.input_schema.properties.day = { type: 'string' };
      t.input_schema.required.push('day');
    },
    ['breaking input.required.narrowed /day', 'compatible input.property.widened /day'],
  ],
  [
    'an optional argument',
    (t) => (t.input_schema.properties.day = { type: 'string' }),
    ['compatible input.property.widened /day'],
  ],
  [
    'an argument that went, where others are still taken',
    (t) => delete t.input_schema.properties.units,
    ['compatible input.property.narrowed /units'],
  ],
  [
    'an argument that went, where others are refused',
    (t) => {
      delete t.input_schema.properties.units;
      t.input_schema.additionalProperties = false;
    },
    ['breaking input.property.narrowed /units', 'breaking input.property.narrowed /*'],
  ],
  [
    'arguments that are refused now if they are not declared',
    (t) => (t.input_schema.additionalProperties = false),
    ['breaking input.property.narrowed /*'],
  ],
  [
    'fewer values',
    (t) => (t.input_schema.properties.units.enum = ['c']),
    ['breaking input.enum.narrowed /units'],
  ],
  [
    'more values',
    (t) => t.input_schema.properties.units.enum.push('k'),
    ['compatible input.enum.widened /units'],
  ],
  [
    'another type of argument',
    (t) => (t.input_schema.properties.city = { type: 'object' }),
    ['breaking input.type.narrowed /city'],
  ],
  [
    'a result that may be missing',
    (t) => (t.output_schema.required = []),
    ['breaking output.required.widened /temp'],
  ],
  [
    'a renamed key of the result',
    (t) => {
      t.output_schema.properties = { temperature: { type: 'number' }, sky: { type: 'string' } };
      t.output_schema.required = ['temperature'];
    },
    [
      'breaking output.required.widened /temp',
      'compatible output.property.narrowed /temp',
      'compatible output.property.widened /temperature',
      'compatible output.required.narrowed /temperature',
    ],
  ],
  [
    'one more key of the result',
    (t) => (t.output_schema.properties.wind = { type: 'number' }),
    ['compatible output.property.widened /wind'],
  ],
  [
    'a string for an object',
    (t) => (t.output_schema = { type: 'string' }),
    ['breaking output.type.widened '],
  ],
  ['new words', (t) => (t.description = 'Other.'), ['cosmetic tool.description ']],
  [
    'new words for an argument',
    (t) => (t.input_schema.properties.city.description = 'Where.'),
    ['cosmetic input.annotation /city'],
  ],
  [
    'another caller',
    (t) => (t.allowed_callers = ['direct']),
    ['breaking tool.callers.narrowed ', 'compatible tool.callers.widened '],
  ],
  [
    'another version of code execution',
    (t) => (t.allowed_callers = ['code_execution_20260521']),
    [],
  ],
];

test.each(cases)('%s', (_, change, expected) => {
  expect(changesAfter(change).toSorted()).toEqual(expected.toSorted());
});

test('a tool that is gone breaks its callers, one that is new does not', () => {
  const other = { ...weather, name: 'other' };
  expect(compareTools(readTools([weather]), readTools([other])).map(({ rule }) => rule)).toEqual([
    'tool.removed',
    'tool.added',
  ]);
});

test('the messages say what was and what is, and the witness shows it', () => {
  const before = weather.input_schema;
  const after = { ...before, properties: { ...before.properties, units: { enum: ['c'] } } };
  expect(compareSchemas('input', before, after)).toEqual([
    {
      kind: 'breaking',
      rule: 'input.enum.narrowed',
      path: '/units',
      message: 'one of these: was "c", "f", now "c"',
      witness: { city: 'a', units: 'f' },
    },
  ]);
});

test('a value seen in use is the first choice for a witness', () => {
  const before = { type: 'object', properties: { sku: { type: 'string' } } };
  const after = { type: 'object', properties: { sku: { type: 'string', pattern: '^[0-9]+$' } } };
  const [change] = compareSchemas('input', before, after, { seen: [{ sku: '1' }, { sku: 'ABC' }] });
  expect(change?.witness).toEqual({ sku: 'ABC' });
});

test('what cannot be told is not guessed', () => {
  const before = { type: 'string', pattern: '^(a|b)$' };
  const after = { type: 'string', pattern: '^[ab]$' };
  expect(compareSchemas('input', before, after).map(({ kind }) => kind)).toEqual([
    'unknown',
    'compatible',
  ]);
});

test('versions that say the same in other words differ in nothing', () => {
  const before = {
    $schema: 'http://json-schema.org/draft-07/schema#',
    $ref: '#/definitions/Node',
    definitions: {
      Node: {
        type: 'object',
        properties: { next: { $ref: '#/definitions/Node' }, at: { items: [{ type: 'integer' }] } },
      },
    },
  };
  const after = {
    type: 'object',
    properties: {
      at: { prefixItems: [{ type: 'number', multipleOf: 1 }] },
      next: { $ref: '#/$defs/N' },
    },
    $defs: {
      N: {
        type: 'object',
        properties: { next: { $ref: '#' }, at: { prefixItems: [{ type: 'integer' }] } },
      },
    },
  };
  expect(compareSchemas('input', before, after)).toEqual([]);
});

test('a tool written with zod is compared as the JSON Schema of what callers write', () => {
  const tool = readTool({ inputSchema: z.object({ limit: z.number().default(10) }) }, 'find');
  const declared = { type: 'object', properties: { limit: { type: 'number', default: 10 } } };
  expect(tool).toMatchObject({ name: 'find', callers: ['direct'] });
  expect(compareSchemas('input', declared, tool!.input.schema)).toEqual([]);
});
