import {
  type Document,
  isAlias,
  isCollection,
  isMap,
  isNode,
  isScalar,
  isSeq,
  type Node,
  type Scalar,
  visit,
} from 'yaml';

/** The node at a path of the plain data, aliases followed; with `key`, the key at the end of the path instead. */
export function nodeAt(
  document: Document,
  path: readonly PropertyKey[],
  { key = false }: { key?: boolean | undefined } = {},
): Node | undefined {
  let node = resolve(document.contents, document);
  for (const [depth, step] of path.entries()) {
    if (isMap(node)) {
      const pair = node.items.find(
        (item): item is typeof item & { key: Scalar } =>
          isScalar(item.key) && String(item.key.value) === String(step),
      );
      if (key && depth === path.length - 1) return pair?.key;
      node = resolve(pair?.value, document);
    } else if (isSeq(node)) {
      node = resolve(node.items[Number(step)], document);
    } else {
      return undefined;
    }
  }
  return node;
}

/** What is YAML but no plain data: an alias without its anchor, a key that is a list or a map. */
export interface YamlMistake {
  readonly node: Node;
  readonly message: string;
}

/** The first mistake of a document that has none in its syntax. */
export function findMistake(document: Document): YamlMistake | undefined {
  let found: YamlMistake | undefined;
  visit(document, {
    Alias(_, node) {
      if (node.resolve(document)) return undefined;
      found = { node, message: `no anchor &${node.source} before this alias` };
      return visit.BREAK;
    },
    Pair(_, { key }) {
      const meant = resolve(key, document);
      // Binary data is a scalar, but no text either.
      const isText =
        !isCollection(meant) && !(isScalar(meant) && meant.value instanceof Uint8Array);
      if (isText || !isNode(key)) return undefined;
      found = { node: key, message: 'a key has to be text' };
      return visit.BREAK;
    },
  });
  return found;
}

function resolve(node: unknown, document: Document): Node | undefined {
  if (isAlias(node)) return node.resolve(document);
  return isNode(node) ? node : undefined;
}

/**
 * Makes a plain scalar the text it is written with where YAML took it for something else: `3.50`, not 3.5. Says whether
 * there was anything to do.
 */
export function takeAsWritten(node: Node | undefined): boolean {
  if (!isScalar(node) || node.type !== 'PLAIN' || node.source === undefined) return false;
  if (typeof node.value !== 'number' && typeof node.value !== 'boolean') return false;
  node.value = node.source;
  return true;
}

/** Whether there is nothing but a comment where a value should be: `user: #5`. */
export function isCommentedOut(node: Node | undefined): boolean {
  return isScalar(node) && node.value === null && typeof node.comment === 'string';
}
