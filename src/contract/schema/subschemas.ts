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
