import { isJsonObject } from '../protocol/wire-message.ts';
import type { JsonSchema } from './schema/document.ts';
import { JSON_TYPES, jsonType } from './schema/json.ts';

/**
 * The schema that samples have in common: their types, the keys all objects have as `required`, the items of all lists
 * together. No sample at all: anything.
 */
export function inferSchema(samples: readonly unknown[]): JsonSchema {
  if (samples.length === 0) return true;
  const types = JSON_TYPES.filter((type) => samples.some((sample) => jsonType(sample) === type));
  const parts = types.map((type) =>
    inferOfType(
      type,
      samples.filter((sample) => jsonType(sample) === type),
    ),
  );
  const [only, ...others] = parts;
  return only && others.length === 0 ? only : { anyOf: parts };
}

function inferOfType(
  type: (typeof JSON_TYPES)[number],
  samples: readonly unknown[],
): Record<string, unknown> {
  if (type === 'array') {
    const items = samples.flatMap((sample): unknown[] => (Array.isArray(sample) ? sample : []));
    return items.length === 0 ? { type } : { type, items: inferSchema(items) };
  }
  if (type !== 'object') return { type };
  const objects = samples.filter(isJsonObject);
  const keys = [...new Set(objects.flatMap((object) => Object.keys(object)))];
  const valuesOf = (key: string): unknown[] =>
    objects.flatMap((object) => (Object.hasOwn(object, key) ? [object[key]] : []));
  return {
    type,
    properties: Object.fromEntries(keys.map((key) => [key, inferSchema(valuesOf(key))])),
    required: keys.filter((key) => objects.every((object) => Object.hasOwn(object, key))),
  };
}
