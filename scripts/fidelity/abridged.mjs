/**
 * Files that a recording abridges.
 *
 * A `str_replace` that succeeded proves that the file had the lines its hunk shows. Where the `create` of the file was
 * written down shortened, those lines are put in their places before the edit; what is between them stays unknown. What
 * an edit makes of the lines is never taken from its own result, unless its input was shortened as well: `restoreEdit`.
 */
const UNKNOWN = '\uE000not recorded';

const decoder = new TextDecoder();
const encoder = new TextEncoder();

/** Whether a recorded file text cannot be all of it: an edit that succeeded replaced what is not in it. */
export function isAbridged(text, edit) {
  return text !== undefined && !text.includes(edit.old_str);
}

/**
 * The edit itself, when its input is shortened too: its hunk adds or removes lines that the input does not have. Then the
 * two sides of the hunk are what was replaced and what by.
 */
export function restoreEdit(row) {
  const { input, result } = row;
  const texts = { '-': input.old_str, '+': input.new_str ?? '' };
  const complete = result.lines.every(
    (line) => line.startsWith(' ') || texts[line[0]].includes(line.slice(1).trim()),
  );
  if (complete) return row;
  const body = result.lines.slice(
    result.lines.findIndex(isChange),
    result.lines.findLastIndex(isChange) + 1,
  );
  const side = (other) =>
    body
      .filter((line) => !line.startsWith(other))
      .map((line) => line.slice(1))
      .join('\n');
  return { ...row, input: { ...input, old_str: side('+'), new_str: side('-') } };
}

function isChange(line) {
  return !line.startsWith(' ');
}

/** The file as far as the recording shows it before this edit. */
export async function fillIn(container, path, { input, result }, at) {
  const text = decoder.decode(await container.readFile(path));
  const lines = text.includes(UNKNOWN) ? text.replace(/\n$/, '').split('\n') : [];
  const shown = result.lines.filter((line) => !line.startsWith('+')).map((line) => line.slice(1));
  const start = result.old_start - 1;
  const put = (first, texts) => {
    for (let i = lines.length; i < first + texts.length; i++) lines.push(UNKNOWN);
    texts.forEach((line, i) => {
      if (lines[first + i] === UNKNOWN) lines[first + i] = line;
    });
  };
  put(start, shown);
  // What is replaced may go on where the hunk's context ends.
  const [old, replacement] = [input.old_str.split('\n'), (input.new_str ?? '').split('\n')];
  const same = old.findIndex((line, i) => line !== replacement[i]);
  const changed = result.lines.findIndex((line) => !line.startsWith(' '));
  put(start + changed - Math.max(0, same), old);
  const after = result.lines.findLastIndex((line) => !line.startsWith(' '));
  // With less context than there always is, the file ends there.
  const ends = result.lines.length - 1 - after < 3;
  if (!ends) lines.push(UNKNOWN);
  await container.writeFile(path, encoder.encode(`${lines.join('\n')}\n`), at);
}
