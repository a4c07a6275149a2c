const CLOSERS: Record<string, string> = { '{': '}', '[': ']' };
const NUMBER_START = /^-?[\d.]/;
const LITERALS = ['true', 'false', 'null'];

/**
 * Reads JSON that was cut off: the last, partial token is dropped (with its key) and open brackets are closed, as the
 * SDK reads the input of a tool call that `max_tokens` cut. Text that is anything but the beginning of one JSON value
 * throws a `SyntaxError`.
 */
export function parseTruncatedJson(text: string): unknown {
  const open: string[] = [];
  let complete = { length: 0, closers: '' };
  /** Up to here everything is whole; the brackets open now would close it. */
  const mark = (length: number): void => {
    complete = { length, closers: open.toReversed().join('') };
  };
  let isKey = false;
  for (let i = 0; i < text.length;) {
    const char = text.charAt(i);
    if (/\s/.test(char)) {
      i++;
      continue;
    }
    if (complete.length > 0 && open.length === 0) throw notJson(text, i);
    const closer = CLOSERS[char];
    if (closer !== undefined) {
      open.push(closer);
      isKey = char === '{';
      mark(++i);
    } else if (char === '}' || char === ']') {
      if (open.pop() !== char) throw notJson(text, i);
      mark(++i);
    } else if (char === ',') {
      isKey = open.at(-1) === '}';
      i++;
    } else if (char === ':') {
      isKey = false;
      i++;
    } else if (char === '"') {
      const end = endOfString(text, i);
      if (end === undefined) break;
      i = end;
      if (!isKey) mark(i);
    } else {
      const word = /^[-+.\w]+/.exec(text.slice(i))?.[0] ?? '';
      const isWhole = LITERALS.includes(word);
      const mayGoOn = i + word.length === text.length;
      const begun = word === '-' || LITERALS.some((literal) => literal.startsWith(word));
      const known = isWhole || NUMBER_START.test(word) || (mayGoOn && begun);
      if (word === '' || !known) throw notJson(text, i);
      i += word.length;
      // A number that runs to the end may have had more digits.
      if (isWhole || !mayGoOn) mark(i);
    }
  }
  return JSON.parse(text.slice(0, complete.length) + complete.closers);
}

/** The position after a string's closing quote, if it has one. */
function endOfString(text: string, start: number): number | undefined {
  for (let i = start + 1; i < text.length; i++) {
    if (text[i] === '\\') i++;
    else if (text[i] === '"') return i + 1;
  }
  return undefined;
}

function notJson(text: string, position: number): SyntaxError {
  return new SyntaxError(
    `Position ${position} is not JSON: ${text.slice(position, position + 20)}`,
  );
}
