import { resolveFragment } from '../../protocol/json-pointer.ts';

/**
 * Names of a circle of `$ref`s in a JSON Schema, the first repeated at the end (`Node -> Node`), or undefined. Only
 * local references are followed.
 */
export function circularReference(schema: unknown): string[] | undefined {
  /** References from which no circle can be reached. */
  const cleared = new Set<string>();
  return follow(schema, []);

  function follow(value: unknown, trail: readonly string[]): string[] | undefined {
    if (Array.isArray(value)) return first(value, (item) => follow(item, trail));
    if (typeof value !== 'object' || value === null) return undefined;
    if ('$ref' in value && typeof value.$ref === 'string') {
      const reference = value.$ref;
      if (trail.includes(reference)) {
        return [...trail.slice(trail.indexOf(reference)), reference].map(nameOf);
      }
      if (cleared.has(reference)) return undefined;
      const circle = follow(resolveFragment(schema, reference), [...trail, reference]);
      if (!circle) cleared.add(reference);
      return circle;
    }
    // Definitions count where they are used: from the schema's other parts, and from each other.
    return first(Object.entries(value), ([key, item]) =>
      trail.length === 0 && (key === '$defs' || key === 'definitions')
        ? first(Object.keys(Object(item)), (name) => follow({ $ref: `#/${key}/${name}` }, trail))
        : follow(item, trail),
    );
  }
}

function first<T, R>(items: readonly T[], find: (item: T) => R | undefined): R | undefined {
  for (const item of items) {
    const found = find(item);
    if (found !== undefined) return found;
  }
  return undefined;
}

function nameOf(reference: string): string {
  return reference.split('/').at(-1) ?? reference;
}
