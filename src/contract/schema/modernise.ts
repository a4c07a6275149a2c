import type { JsonObject } from '../../protocol/json-object.ts';
import { isJsonObject } from '../../protocol/wire-message.ts';
import type { JsonSchema } from './document.ts';

/** Keywords whose values are data, not schemas. */
const DATA = new Set(['const', 'enum', 'default', 'examples', 'required', 'dependentRequired']);
/** Keywords whose values are schemas by name. */
const MAPS = new Set([
  'properties',
  'patternProperties',
  '$defs',
  'definitions',
  'dependentSchemas',
]);

/**
 * A schema of an older draft as one of 2020-12: lists in `items`, `dependencies`, flags for exclusive bounds, `nullable`
 * of OpenAPI. Says no draft any more.
 */
export function modernise(schema: JsonSchema): JsonSchema {
  return isJsonObject(schema) ? moderniseObject(schema) : schema;
}

function moderniseObject(schema: JsonObject): JsonObject {
  const modern: JsonObject = {};
  for (const [keyword, value] of Object.entries(upgraded(schema))) {
    if (keyword === '$schema') continue;
    modern[keyword] = DATA.has(keyword) ? value : moderniseValue(value, MAPS.has(keyword));
  }
  return modern;
}

function moderniseValue(value: unknown, isMap: boolean): unknown {
  if (Array.isArray(value)) return value.map((item) => moderniseValue(item, false));
  if (!isJsonObject(value)) return value;
  if (!isMap) return moderniseObject(value);
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, moderniseValue(item, false)]),
  );
}

function upgraded(schema: JsonObject): JsonObject {
  const modern = { ...schema };
  if (Array.isArray(schema['items'])) {
    modern['prefixItems'] = schema['items'];
    delete modern['items'];
    if ('additionalItems' in schema) modern['items'] = schema['additionalItems'];
  }
  delete modern['additionalItems'];
  for (const [flag, bound] of [
    ['exclusiveMinimum', 'minimum'],
    ['exclusiveMaximum', 'maximum'],
  ] as const) {
    if (typeof schema[flag] !== 'boolean') continue;
    delete modern[flag];
    if (schema[flag] && bound in schema) {
      modern[flag] = schema[bound];
      delete modern[bound];
    }
  }
  if (isJsonObject(schema['dependencies'])) {
    const entries = Object.entries(schema['dependencies']);
    modern['dependentRequired'] = Object.fromEntries(
      entries.filter(([, asked]) => Array.isArray(asked)),
    );
    modern['dependentSchemas'] = Object.fromEntries(
      entries.filter(([, asked]) => !Array.isArray(asked)),
    );
    delete modern['dependencies'];
  }
  if (schema['nullable'] === true && typeof schema['type'] === 'string') {
    modern['type'] = [schema['type'], 'null'];
    if (Array.isArray(schema['enum'])) modern['enum'] = [...schema['enum'], null];
  }
  delete modern['nullable'];
  return modern;
}
