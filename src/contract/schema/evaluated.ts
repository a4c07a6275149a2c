import type { JsonObject } from '../../protocol/json-object.ts';
import { isJsonObject } from '../../protocol/wire-message.ts';
import { openDocument, type SchemaNode } from './document.ts';
import type { PropertyRules } from './shapes.ts';
import { nodesIn, nodesReferred, schemaMap } from './subschemas.ts';

/** The keys that a schema says something of, whatever the value. */
interface Evaluated {
  readonly names: ReadonlySet<string>;
  readonly patterns: ReadonlySet<string>;
  /** Whether it says something of every key. */
  readonly all: boolean;
}

const ANYTHING: SchemaNode = openDocument(true).root;

/**
 * What `unevaluatedProperties` asks, as if it were `additionalProperties`: of the keys that nothing beside it speaks of.
 * Undefined where it depends on the value which those are.
 */
export function unevaluatedRules(node: SchemaNode, schema: JsonObject): PropertyRules | undefined {
  const { unevaluatedProperties, ...others } = schema;
  const additional = node.document.node(unevaluatedProperties);
  const evaluated = additional && evaluatedKeys(node, others, []);
  if (!evaluated) return undefined;
  return {
    properties: new Map([...evaluated.names].map((name) => [name, ANYTHING])),
    patterns: new Map([...evaluated.patterns].map((pattern) => [pattern, ANYTHING])),
    additional: evaluated.all ? ANYTHING : additional,
  };
}

function evaluatedKeys(
  node: SchemaNode,
  schema: JsonObject | boolean,
  trail: readonly unknown[],
): Evaluated | undefined {
  if (trail.includes(schema)) return undefined;
  if (!isJsonObject(schema)) return { names: new Set(), patterns: new Set(), all: false };
  const inner = (nodes: readonly SchemaNode[]) =>
    nodes.map((each) => evaluatedKeys(each, each.schema, [...trail, schema]));
  const always = inner([...nodesIn(node, schema['allOf']), ...nodesReferred(node, schema)]);
  const sometimes = inner(conditional(node, schema));
  if (always.includes(undefined) || sometimes.includes(undefined)) return undefined;
  const parts = always.filter((part) => part !== undefined);
  const evaluated = {
    names: new Set([
      ...Object.keys(schemaMap(schema['properties'])),
      ...parts.flatMap(({ names }) => [...names]),
    ]),
    patterns: new Set([
      ...Object.keys(schemaMap(schema['patternProperties'])),
      ...parts.flatMap(({ patterns }) => [...patterns]),
    ]),
    all:
      'additionalProperties' in schema ||
      'unevaluatedProperties' in schema ||
      parts.some(({ all }) => all),
  };
  return sometimes.every((part) => part !== undefined && isKnown(part, evaluated))
    ? evaluated
    : undefined;
}

/** Whether a part that may or may not hold speaks of keys only that are spoken of anyway. */
function isKnown({ names, patterns, all }: Evaluated, evaluated: Evaluated): boolean {
  if (evaluated.all) return true;
  return (
    !all &&
    [...names].every((name) => evaluated.names.has(name)) &&
    [...patterns].every((pattern) => evaluated.patterns.has(pattern))
  );
}

function conditional(node: SchemaNode, schema: JsonObject): SchemaNode[] {
  return [
    ...['anyOf', 'oneOf'].flatMap((keyword) => nodesIn(node, schema[keyword])),
    ...nodesIn(
      node,
      ['if', 'then', 'else'].map((keyword) => schema[keyword]),
    ),
    ...nodesIn(node, Object.values(schemaMap(schema['dependentSchemas']))),
  ];
}
