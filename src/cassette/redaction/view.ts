/** A piece of the text to be redacted: from where, to where. */
export type Span = readonly [start: number, end: number];

/** A text as somebody reads it who undoes escapes or adds up deltas, and where in the source it stands. */
export interface View {
  readonly text: string;
  /** The spans of the source that a part of the text comes from, in order. */
  spansOf(start: number, end: number): readonly Span[];
}

/** A part of the source as it stands there. */
export function viewOf(source: string, start = 0, end: number = source.length): View {
  return {
    text: source.slice(start, end),
    spansOf: (from, to) => [[start + from, start + to]],
  };
}

/** A part of a view. */
export function slice(view: View, start: number, end: number): View {
  return {
    text: view.text.slice(start, end),
    spansOf: (from, to) => view.spansOf(start + from, start + to),
  };
}

/** Views one after the other, as one text. */
export function concat(views: readonly View[]): View {
  const starts: number[] = [];
  let length = 0;
  for (const { text } of views) {
    starts.push(length);
    length += text.length;
  }
  return {
    text: views.map(({ text }) => text).join(''),
    spansOf(start, end) {
      const spans: Span[] = [];
      for (let i = lastAtMost(starts, start); i < views.length && starts[i]! < end; i++) {
        const from = Math.max(start - starts[i]!, 0);
        const to = Math.min(end - starts[i]!, views[i]!.text.length);
        if (from < to) spans.push(...views[i]!.spansOf(from, to));
      }
      return spans;
    },
  };
}

/** The position of the last of the numbers, which ascend from 0, that is not above a limit. */
function lastAtMost(numbers: readonly number[], limit: number): number {
  let low = 0;
  let high = numbers.length;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (numbers[middle]! <= limit) low = middle;
    else high = middle;
  }
  return low;
}

const SHORT_ESCAPES: Record<string, string> = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' };

/** The view with its JSON escapes undone. A backslash that begins none stays. */
export function unescaped(view: View): View {
  return decoded(view, /\\(?:u([0-9a-fA-F]{4})|(["\\/bfnrt]))/g, (_, code, short = '') =>
    code === undefined ? (SHORT_ESCAPES[short] ?? short) : String.fromCharCode(parseInt(code, 16)),
  );
}

/** One character in UTF-8, each of its bytes escaped. */
const PERCENT_ESCAPE =
  /%[0-7][0-9a-f]|%[cd][0-9a-f]%[89ab][0-9a-f]|%e[0-9a-f](?:%[89ab][0-9a-f]){2}|%f[0-7](?:%[89ab][0-9a-f]){3}/gi;

/** The view with its percent escapes undone. One that stands for nothing stays. */
export function percentDecoded(view: View): View {
  return decoded(view, PERCENT_ESCAPE, (escape = '') => {
    try {
      return decodeURIComponent(escape);
    } catch {
      return escape;
    }
  });
}

/** The view with every escape, each of which stands for one character, replaced by it. */
function decoded(
  view: View,
  escape: RegExp,
  decode: (...match: (string | undefined)[]) => string,
): View {
  const parts: View[] = [];
  let plain = 0;
  for (const match of view.text.matchAll(escape)) {
    const { index } = match;
    const end = index + match[0].length;
    if (index > plain) parts.push(slice(view, plain, index));
    parts.push({ text: decode(...match), spansOf: () => view.spansOf(index, end) });
    plain = end;
  }
  if (parts.length === 0) return view;
  if (plain < view.text.length) parts.push(slice(view, plain, view.text.length));
  return concat(parts);
}
