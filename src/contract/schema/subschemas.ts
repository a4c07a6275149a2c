import type { JsonObject } from '../../protocol/json-object.ts';
import { isJsonObject } from '../../protocol/wire-message.ts';
import type { SchemaNode } from './document.ts';

/** The schemas among the values of a keyword, as nodes of the document they are in. */
export function nodesIn({ document }: SchemaNode, values: unknown): SchemaNode[] {
  if (!Array.isArray(values)) return [];
  return values.flatMap((value) => document.node(value) ?? []);
}

/** The value of a keyword that holds an object, such as `properties`. */
export function schemaMap(value: unknown): JsonObject {
  return isJsonObject(value) ? value : {};
}

/** What the references of a schema lead to, as far as they lead anywhere. */
export function nodesReferred({ document }: SchemaNode, schema: JsonObject): SchemaNode[] {
  return ['$ref', '$dynamicRef'].flatMap((keyword) => {
    const reference = schema[keyword];
    return typeof reference === 'string' ? (document.resolve(reference) ?? []) : [];
  });
}
