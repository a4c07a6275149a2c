/** One place where two JSON values differ. What is absent is undefined. */
export interface JsonDifference {
  /** Where, such as `content.2.input`; empty for the values themselves. */
  readonly path: string;
  readonly left: unknown;
  readonly right: unknown;
  /** Set when only the order of an object's keys differs. */
  readonly order?: boolean;
}

/** Everywhere two JSON values differ, deepest places first named; with `order`, also where their keys are ordered otherwise. */
export function compareJson(
  left: unknown,
  right: unknown,
  options: { readonly order?: boolean | undefined } = {},
): JsonDifference[] {
  const found: JsonDifference[] = [];
  const visit = (a: unknown, b: unknown, path: string): void => {
    if (Object.is(a, b)) return;
    if (!isContainer(a) || !isContainer(b) || Array.isArray(a) !== Array.isArray(b)) {
      found.push({ path, left: a, right: b });
      return;
    }
    const keys = new Set([...Object.keys(a), ...Object.keys(b)]);
    for (const key of keys) visit(own(a, key), own(b, key), path === '' ? key : `${path}.${key}`);
    const [order, other] = [Object.keys(a), Object.keys(b)];
    const sameKeys = order.length === other.length && order.length === keys.size;
    if (options.order && sameKeys && order.some((key, i) => key !== other[i])) {
      found.push({ path, left: order, right: other, order: true });
    }
  };
  visit(left, right, '');
  return found;
}

function isContainer(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

/** An own field: `__proto__` may be one. */
function own(container: object, key: string): unknown {
  return Object.getOwnPropertyDescriptor(container, key)?.value;
}
