/**
 * What a reference such as `#/$defs/Node` leads to: a JSON Pointer (RFC 6901) in a URI fragment. Undefined when it leads
 * nowhere, or out of the document.
 */
export function resolveFragment(root: unknown, reference: string): unknown {
  if (!reference.startsWith('#')) return undefined;
  const steps = reference.split('/').slice(1).map(unescapeStep);
  return steps.reduce<unknown>(
    (value, step) =>
      typeof value === 'object' && value !== null ? Reflect.get(value, step) : undefined,
    root,
  );
}

/** The path to a value as a JSON Pointer: `/rows/0/units`. The whole value is the empty string. */
export function toPointer(path: readonly (string | number)[]): string {
  return path
    .map((step) => `/${String(step).replaceAll('~', '~0').replaceAll('/', '~1')}`)
    .join('');
}

function unescapeStep(step: string): string {
  return decoded(step).replaceAll('~1', '/').replaceAll('~0', '~');
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    // A stray percent sign stands for itself; the reference then leads nowhere.
    return text;
  }
}
