import type { JsonObject } from '../../protocol/json-object.ts';
import type { SchemaNode } from './document.ts';
import { unevaluatedRules } from './evaluated.ts';
import { JSON_TYPES, type JsonType } from './json.ts';
import {
  ANY_ARRAY,
  ANY_NUMBER,
  ANY_OBJECT,
  ANY_STRING,
  valuesForm,
  type ArrayShape,
  type Form,
  type NumberShape,
  type ObjectShape,
  type Rest,
  type Shape,
  type StringShape,
} from './shapes.ts';
import { nodesIn, schemaMap } from './subschemas.ts';

/** What `type` and the keywords about single types say, each type on its own. */
export function baseForm(node: SchemaNode, schema: JsonObject): Form {
  const types = [schema['type'] ?? JSON_TYPES].flat();
  const has = (type: JsonType): boolean => types.includes(type);
  return [
    ...(has('null') ? valuesForm([null]) : []),
    ...(has('boolean') ? valuesForm([false, true]) : []),
    ...(has('number') || types.includes('integer')
      ? [numbers(schema, !has('number') || isIntegerFormat(schema))]
      : []),
    ...(has('string') ? [strings(schema)] : []),
    ...(has('array') ? [arrays(node, schema)] : []),
    ...(has('object') ? [objects(node, schema)] : []),
  ];
}

const INT32 = [-(2 ** 31), 2 ** 31 - 1] as const;

function numbers(schema: JsonObject, integer: boolean): Shape {
  const { multipleOf } = schema;
  const inclusive = bounds(schema, 'minimum', 'maximum');
  const exclusive = bounds(schema, 'exclusiveMinimum', 'exclusiveMaximum');
  const [lowest, highest] = schema['format'] === 'int32' ? INT32 : [-Infinity, Infinity];
  const aboveMinimum =
    exclusive.min >= Math.max(inclusive.min, lowest) && Number.isFinite(exclusive.min);
  const belowMaximum =
    exclusive.max <= Math.min(inclusive.max, highest) && Number.isFinite(exclusive.max);
  const shape = {
    ...ANY_NUMBER,
    integer,
    minimum: Math.max(inclusive.min, exclusive.min, lowest),
    maximum: Math.min(inclusive.max, exclusive.max, highest),
    aboveMinimum,
    belowMaximum,
    multiples: typeof multipleOf === 'number' ? [multipleOf] : [],
  };
  return integer ? wholeBounds(shape) : shape;
}

/** Formats of OpenAPI that ajv holds numbers to. */
function isIntegerFormat({ format }: JsonObject): boolean {
  return format === 'int32' || format === 'int64';
}

/** Among integers, `> 2.5` and `>= 3` are the same. */
function wholeBounds(shape: NumberShape): NumberShape {
  const { minimum, maximum, aboveMinimum, belowMaximum } = shape;
  return {
    ...shape,
    minimum: aboveMinimum ? Math.floor(minimum) + 1 : Math.ceil(minimum),
    maximum: belowMaximum ? Math.ceil(maximum) - 1 : Math.floor(maximum),
    aboveMinimum: false,
    belowMaximum: false,
  };
}

function strings(schema: JsonObject): StringShape {
  const { min, max } = bounds(schema, 'minLength', 'maxLength');
  const { pattern, format } = schema;
  return {
    ...ANY_STRING,
    minLength: Math.max(min, 0),
    maxLength: max,
    patterns: typeof pattern === 'string' ? [pattern] : [],
    formats: typeof format === 'string' ? [format] : [],
  };
}

function arrays(node: SchemaNode, schema: JsonObject): ArrayShape {
  const { min, max } = bounds(schema, 'minItems', 'maxItems');
  const prefix = nodesIn(node, schema['prefixItems']);
  const items = node.document.node(schema['items']);
  return {
    ...ANY_ARRAY,
    minItems: Math.max(min, 0),
    maxItems: max,
    unique: schema['uniqueItems'] === true,
    rules: prefix.length > 0 || items ? [{ prefix, items }] : [],
    rest: containsRest(node, schema),
  };
}

function containsRest(node: SchemaNode, schema: JsonObject): Rest[] {
  const contained = node.document.node(schema['contains']);
  if (!contained) return [];
  const { min, max } = bounds(schema, 'minContains', 'maxContains');
  const least = Number.isFinite(min) ? min : 1;
  const text = `contains ${node.document.text(contained.schema)} ${least} ${max}`;
  return [{ kind: 'contains', text, node: contained, min: least, max }];
}

function objects(node: SchemaNode, schema: JsonObject): ObjectShape {
  const { min, max } = bounds(schema, 'minProperties', 'maxProperties');
  const properties = nodeMap(node, schema['properties']);
  const patterns = nodeMap(node, schema['patternProperties']);
  const additional = node.document.node(schema['additionalProperties']);
  const required = Array.isArray(schema['required']) ? schema['required'] : [];
  const own = 'properties' in schema || patterns.size > 0 || additional;
  const unevaluated = unevaluatedRules(node, schema);
  return {
    ...ANY_OBJECT,
    required: new Set(required.filter((key) => typeof key === 'string')),
    minProperties: Math.max(min, 0),
    maxProperties: max,
    names: nodesIn(node, [schema['propertyNames']]),
    rules: [
      ...(own ? [{ properties, patterns, additional }] : []),
      ...(unevaluated ? [unevaluated] : []),
    ],
  };
}

function nodeMap(node: SchemaNode, value: unknown): Map<string, SchemaNode> {
  return new Map(
    Object.entries(schemaMap(value)).flatMap(([key, schema]) => {
      const inner = node.document.node(schema);
      return inner ? [[key, inner] as const] : [];
    }),
  );
}

function bounds(schema: JsonObject, least: string, most: string): { min: number; max: number } {
  const min = schema[least];
  const max = schema[most];
  return {
    min: typeof min === 'number' ? min : -Infinity,
    max: typeof max === 'number' ? max : Infinity,
  };
}
