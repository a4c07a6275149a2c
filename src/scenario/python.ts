/**
 * Python source as a template: the line after the backtick and the common indentation go away, backslashes stay as
 * Python wants them, and `${…}` inserts text. A text of several lines takes the indentation of the line it is put on.
 */
export function python(
  source: TemplateStringsArray,
  ...values: readonly (string | number | bigint)[]
): string {
  // Marks cannot occur in source, so that inserted text is neither dedented nor counted as indentation.
  const marked = source.raw.map(unescape).join(MARK);
  let inserted = 0;
  return dedent(marked)
    .split('\n')
    .map((line) => {
      const indent = /^[ \t]*/.exec(line)![0];
      return line.replaceAll(MARK, () =>
        String(values[inserted++]).replaceAll('\n', `\n${indent}`),
      );
    })
    .join('\n');
}

/** Takes the common indentation from all lines, and an empty first and last line. */
export function dedent(text: string): string {
  const lines = text.replaceAll('\r\n', '\n').split('\n');
  if (lines.length > 1 && lines[0]!.trim() === '') lines.shift();
  if (lines.length > 1 && lines.at(-1)!.trim() === '') lines.pop();
  const indents = lines
    .filter((line) => line.trim() !== '')
    .map((line) => /^[ \t]*/.exec(line)![0]);
  const common = indents.reduce(commonPrefix, indents[0] ?? '');
  return lines.map((line) => (line.trim() === '' ? '' : line.slice(common.length))).join('\n');
}

const MARK = '\u0000';

/** What a template literal has to escape, and Python must not see escaped. */
function unescape(raw: string): string {
  return raw.replaceAll(/\\(`|\$\{)/g, '$1');
}

function commonPrefix(a: string, b: string): string {
  let length = 0;
  while (length < a.length && a[length] === b[length]) length++;
  return a.slice(0, length);
}
