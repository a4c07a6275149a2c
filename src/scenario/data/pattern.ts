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
