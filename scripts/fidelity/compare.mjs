/** What of a recorded result has to be the same, and where the first difference is. */
import { isDeepStrictEqual } from 'node:util';

/** Stdout and stderr of the first version of the tool lost their last newline at some time in 2026. */
const LOSES_NEWLINE = 'code_execution_20250522';

/** Paths and addresses that are random in the real sandbox. */
function withoutRandomNames(text) {
  return text
    .replaceAll(/\/files\/(input|output)\/[0-9a-f]{16}/g, '/files/$1/…')
    .replaceAll(/\b0x[0-9a-f]{6,16}\b/g, '0x…');
}

/** Patch releases of Python move the lines of its library. */
function withoutLibraryLines(text) {
  return text.replaceAll(/(File "\/usr\/local\/lib\/python3\.11\/[^"]*", line) \d+/g, '$1 …');
}

/** The first difference, as text; undefined when there is none. */
export function difference(row, ours) {
  return row.language === 'text_editor' ? ofEdits(row, ours) : ofCells(row, ours);
}

function ofEdits(row, ours) {
  const { type, ...fields } = ours;
  if (type !== row.result_type) return `${row.result_type} recorded, ${shown(ours)}`;
  const expected = row.result ?? {};
  for (const name of new Set([...Object.keys(expected), ...Object.keys(fields)])) {
    if (isDeepStrictEqual(expected[name], fields[name])) continue;
    return `${name}: ${shown(expected[name])} recorded, ${shown(fields[name])}`;
  }
  return undefined;
}

function ofCells(row, ours) {
  if (row.error_code || ours.error_code) {
    if (row.error_code === ours.error_code) return undefined;
    return `error_code: ${shown(row.error_code)} recorded, ${shown(ours.error_code)}`;
  }
  const end = (text) => (row.tool_version === LOSES_NEWLINE ? text.trimEnd() : text);
  const texts = [
    ['stdout', end(withoutRandomNames(row.stdout ?? '')), end(withoutRandomNames(ours.stdout))],
    ['stderr', ...[row.stderr ?? '', ours.stderr].map(withoutRandomNames).map(withoutLibraryLines)],
  ];
  if ((row.return_code ?? 0) !== ours.return_code) {
    const last = ours.stderr.trimEnd().split('\n').at(-1);
    return `return_code: ${row.return_code} recorded, ${ours.return_code}${last && ` (${last})`}`;
  }
  for (const [name, expected, actual] of texts) {
    if (expected !== actual) return `${name}: ${firstDifference(expected, actual)}`;
  }
  const [files, made] = [row.files?.length ?? 0, ours.files?.length ?? 0];
  return files === made ? undefined : `files: ${files} recorded, ${made}`;
}

function firstDifference(expected, actual) {
  let at = 0;
  while (at < expected.length && expected[at] === actual[at]) at++;
  const line = expected.slice(0, at).split('\n').length;
  const from = expected.lastIndexOf('\n', at - 1) + 1;
  const piece = (text) => shown(text.slice(from).split('\n')[0]);
  return `line ${line}: ${piece(expected)} recorded, ${piece(actual)}`;
}

function shown(value) {
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length > 100 ? `${text.slice(0, 99)}…` : text;
}
