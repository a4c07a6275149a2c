import { isJsonObject } from '../../protocol/wire-message.ts';
import { openDocument, type JsonSchema, type SchemaNode } from './document.ts';
import { nodesIn, nodesReferred, schemaMap } from './subschemas.ts';

/** Keywords whose schemas are asked of the very value that the schema itself is asked of. */
const LISTS = ['allOf', 'anyOf', 'oneOf'];
const SINGLE = ['not', 'if', 'then', 'else'];

/**
 * Whether some part of a schema leads back to itself without going into the value: such a schema can be compiled, but
 * judging a value by it never ends.
 */
export function hasCircle(schema: JsonSchema): boolean {
  const done = new Set<SchemaNode>();
  const underWay = new Set<SchemaNode>();
  const document = openDocument(schema);
  return everySchema(schema).some((part) => {
    const node = document.node(part);
    return node !== undefined && leadsBack(node);
  });

  function leadsBack(node: SchemaNode): boolean {
    if (underWay.has(node)) return true;
    if (done.has(node)) return false;
    underWay.add(node);
    const found = applied(node).some(leadsBack);
    underWay.delete(node);
    done.add(node);
    return found;
  }
}

function applied(node: SchemaNode): SchemaNode[] {
  const { schema } = node;
  if (!isJsonObject(schema)) return [];
  return [
    ...LISTS.flatMap((keyword) => nodesIn(node, schema[keyword])),
    ...nodesIn(
      node,
      SINGLE.map((keyword) => schema[keyword]),
    ),
    ...nodesIn(node, Object.values(schemaMap(schema['dependentSchemas']))),
    ...nodesReferred(node, schema),
  ];
}

/** All objects in a schema: those that are no schemas lead nowhere. */
function everySchema(value: unknown): unknown[] {
  if (typeof value !== 'object' || value === null) return [];
  return [value, ...Object.values(value).flatMap(everySchema)];
}
