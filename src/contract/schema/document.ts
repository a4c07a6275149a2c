import type { JsonObject } from '../../protocol/json-object.ts';
import { resolveFragment } from '../../protocol/json-pointer.ts';
import { isJsonObject } from '../../protocol/wire-message.ts';
import { stableText } from './json.ts';

/** A JSON Schema of the 2020-12 dialect: an object, or a boolean for anything and nothing. */
export type JsonSchema = JsonObject | boolean;

/** A schema at its place in a document: what its references mean depends on the document. */
export interface SchemaNode {
  /** Tells nodes apart; equal for the same place in the same document. */
  readonly id: number;
  readonly schema: JsonSchema;
  readonly document: SchemaDocument;
}

/** Schemas that a value has to satisfy all at once. None: any value will do. */
export type Conjunction = readonly SchemaNode[];

export interface SchemaDocument {
  readonly root: SchemaNode;
  /** The node of a schema within this document; undefined for what is no schema. */
  node(schema: unknown): SchemaNode | undefined;
  /** What a `$ref` leads to. Undefined when it leads nowhere, or out of the document. */
  resolve(reference: string): SchemaNode | undefined;
  /** The schema as text with its references written out, so that texts from two documents can be compared. */
  text(schema: unknown): string;
}

let lastId = 0;

export function openDocument(root: JsonSchema): SchemaDocument {
  const nodes = new Map<unknown, SchemaNode>();
  const anchors = new Map<string, unknown>();
  collectAnchors(root, anchors);
  // Below an `$id` of its own a reference means something else: such documents are left alone.
  const isOne = !hasInnerId(root, root);
  const document: SchemaDocument = {
    get root() {
      return nodeOf(root);
    },
    node: (schema) =>
      typeof schema === 'boolean' || isJsonObject(schema) ? nodeOf(schema) : undefined,
    resolve(reference) {
      if (!isOne) return undefined;
      if (!/^#(?:\/|$)/.test(reference)) return document.node(anchors.get(reference));
      return document.node(resolveFragment(root, reference));
    },
    text: (schema) => stableText(writtenOut(schema, [])),
  };
  return document;

  function nodeOf(schema: JsonSchema): SchemaNode {
    let node = nodes.get(schema);
    if (!node) nodes.set(schema, (node = { id: ++lastId, schema, document }));
    return node;
  }

  /** A reference back to where it is being written out becomes the number of steps back. */
  function writtenOut(value: unknown, trail: readonly unknown[]): unknown {
    if (Array.isArray(value)) return value.map((item) => writtenOut(item, trail));
    if (!isJsonObject(value)) return value;
    const target =
      typeof value['$ref'] === 'string' ? document.resolve(value['$ref'])?.schema : undefined;
    const written = Object.entries(value).flatMap(([key, item]): [string, unknown][] => {
      if (value === root && (key === '$defs' || key === 'definitions')) return [];
      if (key !== '$ref' || target === undefined) return [[key, writtenOut(item, trail)]];
      const back = trail.indexOf(target);
      if (back !== -1) return [[key, trail.length - back]];
      return [[key, writtenOut(target, [...trail, target])]];
    });
    return Object.fromEntries(written);
  }
}

function hasInnerId(value: unknown, root: JsonSchema): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (value !== root && isJsonObject(value) && typeof value['$id'] === 'string') return true;
  return Object.values(value).some((item) => hasInnerId(item, root));
}

function collectAnchors(value: unknown, anchors: Map<string, unknown>): void {
  if (Array.isArray(value)) for (const item of value) collectAnchors(item, anchors);
  if (!isJsonObject(value)) return;
  for (const keyword of ['$anchor', '$dynamicAnchor']) {
    if (typeof value[keyword] === 'string') anchors.set(`#${value[keyword]}`, value);
  }
  for (const item of Object.values(value)) collectAnchors(item, anchors);
}
