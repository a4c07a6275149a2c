/** Schemas as tools have them, and what happens to them from version to version. */
import fc from 'fast-check';
import { schema } from './arbitrary-schemas.ts';

export type ToolSchema = Record<string, any>;

const scalars = fc.constantFrom<ToolSchema>(
  { type: 'string' },
  { type: 'string', minLength: 1, maxLength: 40 },
  { type: 'string', pattern: '^[A-Z]{3}-\\d+$' },
  { type: 'string', format: 'date' },
  { type: 'string', enum: ['c', 'f', 'k'] },
  { type: 'integer', minimum: 1, maximum: 100 },
  { type: 'number' },
  { type: 'boolean' },
  { anyOf: [{ type: 'string' }, { type: 'null' }] },
  { type: ['string', 'null'], default: null },
  { const: 'row' },
);

const object = (properties: ToolSchema, required: string[]): ToolSchema => ({
  type: 'object',
  properties,
  required: required.filter((key) => key in properties),
  additionalProperties: false,
});

const keys = fc.uniqueArray(fc.constantFrom('id', 'units', 'city', 'limit', 'filter'), {
  maxLength: 4,
});

/** Objects as zod and pydantic write them: closed, nested, with lists and unions told apart by a key. */
export const toolSchema: fc.Arbitrary<ToolSchema> = fc.letrec<{
  field: ToolSchema;
  tool: ToolSchema;
}>((tie) => ({
  field: fc.oneof(
    { maxDepth: 2, depthSize: 'small' },
    scalars,
    tie('tool'),
    fc.record({ type: fc.constant('array'), items: tie('field') }),
    fc.tuple(scalars, scalars).map(([a, b]) => ({
      oneOf: [
        object({ kind: { const: 'a' }, value: a }, ['kind', 'value']),
        object({ kind: { const: 'b' }, value: b }, ['kind']),
      ],
    })),
  ),
  tool: fc
    .tuple(
      fc.dictionary(fc.constantFrom('id', 'units', 'city', 'limit', 'filter'), tie('field'), {
        minKeys: 1,
        maxKeys: 4,
        noNullPrototype: true,
      }),
      keys,
    )
    .map(([properties, required]) => object(properties, required)),
})).tool;

/** Edits of a schema after which every value that was valid still is. Undefined where an edit does not apply. */
export const WEAKENINGS: Record<string, (schema: ToolSchema) => ToolSchema | undefined> = {
  'a key becomes optional': (s) =>
    s['required']?.length > 0 ? { ...s, required: s['required'].slice(1) } : undefined,
  'an optional key is added': (s) =>
    s['properties'] && { ...s, properties: { ...s['properties'], added: { type: 'number' } } },
  'other keys are accepted': (s) =>
    'additionalProperties' in s ? { ...s, additionalProperties: true } : undefined,
  'a value is added to an enum': (s) => s['enum'] && { ...s, enum: [...s['enum'], 'added'] },
  'a const becomes an enum': ({ const: value, ...s }) =>
    value === undefined ? undefined : { ...s, enum: [value, 'added'] },
  'bounds are moved out': (s) =>
    'minimum' in s ? { ...s, minimum: s['minimum'] - 1, maximum: s['maximum'] + 10 } : undefined,
  'integers become numbers': (s) =>
    s['type'] === 'integer' ? { ...s, type: 'number' } : undefined,
  'a pattern goes': ({ pattern, ...s }) => pattern && s,
  'a format goes': ({ format, ...s }) => format && s,
  'lengths are moved out': (s) =>
    s['minLength'] ? { ...s, minLength: 0, maxLength: 80 } : undefined,
  'null is accepted': (s) =>
    typeof s['type'] === 'string' && !s['enum'] ? { ...s, type: [s['type'], 'null'] } : undefined,
  'another type is accepted': (s) => ({ anyOf: [s, { type: 'array', items: { type: 'string' } }] }),
  'one of many is written as any of': ({ oneOf, ...s }) => oneOf && { ...s, anyOf: oneOf },
  'a part becomes a definition': (s) => ({ allOf: [s] }),
  'words change': (s) => ({ ...s, description: 'other words', title: 'Other' }),
};

/** Edits after which some values are no longer valid, or none at all. Undefined where an edit does not apply. */
export const NARROWINGS: typeof WEAKENINGS = {
  'a key becomes required': ({ required = [], ...s }) => {
    const optional = Object.keys(s['properties'] ?? {}).filter((key) => !required.includes(key));
    return optional.length > 0 ? { ...s, required: [...required, optional[0]] } : undefined;
  },
  'a required key is added': (s) =>
    s['properties'] && {
      ...s,
      properties: { ...s['properties'], added: { type: 'number' } },
      required: [...(s['required'] ?? []), 'added'],
    },
  'a key goes': (s) => {
    const [gone] = Object.keys(s['properties'] ?? {});
    if (gone === undefined) return undefined;
    const { [gone]: _, ...properties } = s['properties'];
    const required = (s['required'] ?? []).filter((key: string) => key !== gone);
    return { ...s, properties, required };
  },
  'other keys are refused': (s) =>
    s['properties'] && s['additionalProperties'] !== false
      ? { ...s, additionalProperties: false }
      : undefined,
  'a value goes from an enum': (s) =>
    s['enum']?.length > 1 ? { ...s, enum: s['enum'].slice(1) } : undefined,
  'a text becomes one of few': (s) =>
    s['type'] === 'string' && !s['enum'] ? { ...s, enum: ['one', 'other'] } : undefined,
  'numbers become integers': (s) =>
    s['type'] === 'number' ? { ...s, type: 'integer' } : undefined,
  'bounds are moved in': (s) =>
    s['maximum'] > 1 ? { ...s, maximum: s['maximum'] - 1 } : undefined,
  'a pattern comes': (s) =>
    s['type'] === 'string' && !s['pattern'] && !s['format'] && !s['enum']
      ? { ...s, pattern: '^[a-z]+$' }
      : undefined,
  'a list has to hold something': (s) =>
    s['type'] === 'array' && !s['minItems'] ? { ...s, minItems: 1 } : undefined,
  'another type': (s) =>
    s['type'] === 'string' ? { type: 'object', properties: {} } : { type: 'string' },
};

/** The same, applied to the schema or somewhere below. */
export function edited(
  schema: ToolSchema,
  edit: (schema: ToolSchema) => ToolSchema | undefined,
  pick: (count: number) => number,
): ToolSchema | undefined {
  const places: ((part: ToolSchema) => ToolSchema)[] = [];
  const parts: ToolSchema[] = [];
  visit(schema, (part) => part);
  const able = parts.flatMap((part, i) => {
    const changed = edit(part);
    return changed ? [places[i]!(changed)] : [];
  });
  return able.length === 0 ? undefined : able[pick(able.length)];

  function visit(part: ToolSchema, put: (part: ToolSchema) => ToolSchema): void {
    parts.push(part);
    places.push(put);
    for (const [key, inner] of Object.entries<ToolSchema>(part['properties'] ?? {})) {
      visit(inner, (changed) =>
        put({ ...part, properties: { ...part['properties'], [key]: changed } }),
      );
    }
    if (part['items']) visit(part['items'], (changed) => put({ ...part, items: changed }));
  }
}

/** Any edit, of those that keep every value and those that need not. */
export const pairOfVersions: fc.Arbitrary<[ToolSchema, ToolSchema]> = fc
  .tuple(toolSchema, fc.constantFrom(...Object.values(WEAKENINGS)), fc.nat(), fc.boolean(), schema)
  .map(([before, edit, seed, reverse, other]): [ToolSchema, ToolSchema] => {
    const replaced =
      edited(
        before,
        () => (typeof other === 'boolean' ? {} : other),
        (n) => seed % n,
      ) ?? before;
    const after = edited(before, edit, (count) => seed % count) ?? replaced;
    return reverse ? [after, before] : [before, after];
  });
