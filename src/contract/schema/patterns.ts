import type { Answer } from './shapes.ts';

/** Whether a text matches a pattern somewhere. Undefined for a pattern that is no regular expression. */
export function matches(pattern: string, text: string): Answer {
  try {
    return new RegExp(pattern, 'u').test(text);
  } catch {
    return undefined;
  }
}
