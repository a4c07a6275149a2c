/** A pattern as text: `/total/i` is a slash, a regular expression, a slash, flags. */
const PATTERN = /^\/(.+)\/([a-z]*)$/s;

/**
 * Reads a pattern such as `/total/i`. Returns undefined when the text is not of that form or not a regular expression.
 *
 * The result is made anew each time, so that flags which remember a position (`g`, `y`) cannot leak from one test
 * to the next.
 */
export function parsePattern(text: string): RegExp | undefined {
  const [, source, flags] = PATTERN.exec(text) ?? [];
  if (source === undefined) return undefined;
  try {
    return new RegExp(source, flags);
  } catch {
    return undefined;
  }
}

/** In a file a map with this key alone stands for a pattern where any value may stand: `{ $pattern: /^A/ }`. */
export const PATTERN_KEY = '$pattern';

type Report = (path: PropertyKey[], message: string) => void;

/** A value of a file with the patterns in it, at any depth. Reports where one is none. */
export function withPatterns(
  value: Readonly<Record<string, unknown>>,
  report: Report,
): Record<string, unknown> | RegExp;
export function withPatterns(value: unknown, report: Report): unknown;
export function withPatterns(value: unknown, report: Report): unknown {
  const below = (item: unknown, key: PropertyKey): unknown =>
    withPatterns(item, (path, message) => report([key, ...path], message));
  if (Array.isArray(value)) return value.map(below);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value);
  if (entries.length !== 1 || entries[0]?.[0] !== PATTERN_KEY) {
    return Object.fromEntries(entries.map(([key, item]) => [key, below(item, key)]));
  }
  const [[, text]] = entries;
  const pattern = typeof text === 'string' ? parsePattern(text) : undefined;
  if (pattern) return pattern;
  report([PATTERN_KEY], `expected a pattern such as /total/i, got ${JSON.stringify(text)}`);
  return undefined;
}
