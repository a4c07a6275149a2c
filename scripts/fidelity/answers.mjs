/** Answers the calls of a cell from what was recorded of them. */
import { isDeepStrictEqual } from 'node:util';
import { pythonJson } from '../../dist/machine/python-json.js';

/** The order in which the real functions write the fields of a fetched page. The list has them in another one. */
const FETCHED = ['type', 'url', 'retrieved_at', 'content', 'source', 'media_type', 'data', 'title'];

/** The recorded calls of a cell, with their answers where there are any. */
export function recordedCalls(row, recording) {
  const full = recording?.results.get(row.id) ?? [];
  const listed = row.tool_calls ?? [];
  const calls = listed.length > 0 ? listed : full;
  const unused = [...full];
  return calls.map((call) => {
    const at = unused.findIndex(
      ({ name, input }) => name === call.name && isDeepStrictEqual(input, call.input),
    );
    const [found] = at < 0 ? [] : unused.splice(at, 1);
    const { name, input } = call;
    return { name, input, answer: answerOf(row, call, found) };
  });
}

function answerOf(row, call, found) {
  const given = call.result ?? call.result_inferred_from_stdout;
  const omitted = typeof given === 'object' && given !== null && 'omitted_bytes' in given;
  const result = omitted || given === null || given === undefined ? found?.result : given;
  if (result === undefined || result === null) return undefined;
  if (typeof result === 'string') return result;
  const isEncrypted = JSON.stringify(result).includes('"encrypted_content"');
  if (isEncrypted) return undefined;
  return pythonJson(call.name === 'web_fetch' ? inOrder(result) : result);
}

function inOrder(value) {
  if (Array.isArray(value)) return value.map(inOrder);
  if (typeof value !== 'object' || value === null) return value;
  const names = Object.keys(value).toSorted((a, b) => rank(a) - rank(b));
  return Object.fromEntries(names.map((name) => [name, inOrder(value[name])]));
}

/** Fields that are not in the list come last. */
function rank(name) {
  return (FETCHED.indexOf(name) + FETCHED.length + 1) % (FETCHED.length + 1);
}
