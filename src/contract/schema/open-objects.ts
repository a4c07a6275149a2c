import { isJsonObject } from '../../protocol/wire-message.ts';
import type { JsonSchema } from './document.ts';

/** Keywords whose schemas are asked of a value as they are. Below `not` and `if` less would become more. */
const LISTS = ['allOf', 'anyOf', 'prefixItems'];
const MAPS = ['properties', 'patternProperties', '$defs', 'definitions', 'dependentSchemas'];
const SINGLE = ['items', 'additionalProperties', 'then', 'else'];
const CLOSING = ['additionalProperties', 'unevaluatedProperties'];

/**
 * A schema whose objects may have keys it refuses: code that reads a result does not trip over a key too many. Objects
 * that only such keys told apart may be of several branches then, so `oneOf` asks for any of them.
 */
export function openObjects(schema: JsonSchema): JsonSchema {
  if (typeof schema === 'boolean') return schema;
  const { oneOf, ...others } = schema;
  if (Array.isArray(oneOf)) {
    const all = Array.isArray(others['allOf']) ? others['allOf'] : [];
    return openObjects({ ...others, allOf: [...all, { anyOf: oneOf }] });
  }
  const entries = Object.entries(schema).filter(
    ([keyword, value]) => !(CLOSING.includes(keyword) && value === false),
  );
  return Object.fromEntries(
    entries.map(([keyword, value]) => {
      if (SINGLE.includes(keyword)) return [keyword, opened(value)];
      if (LISTS.includes(keyword) && Array.isArray(value)) return [keyword, value.map(opened)];
      if (!MAPS.includes(keyword) || !isJsonObject(value)) return [keyword, value];
      const inner = Object.entries(value).map(([key, item]) => [key, opened(item)]);
      return [keyword, Object.fromEntries(inner)];
    }),
  );
}

function opened(value: unknown): unknown {
  return typeof value === 'boolean' || !isJsonObject(value) ? value : openObjects(value);
}
