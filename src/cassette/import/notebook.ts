import { isJsonObject } from '../../protocol/wire-message.ts';

/** Whether a JSON value is a notebook of Jupyter. */
export function isNotebook(json: unknown): json is Record<string, unknown> {
  return isJsonObject(json) && 'nbformat' in json && Array.isArray(json['cells']);
}

/** The texts that its cells put out, each on its own. */
export function outputsOf({ cells }: Record<string, unknown>): string[] {
  return objectsIn(cells)
    .flatMap(({ outputs }) => objectsIn(outputs))
    .flatMap(({ text, data }) => [text, ...Object.values(isJsonObject(data) ? data : {})])
    .flatMap((output) => (output === undefined ? [] : [textOf(output)]));
}

/** A text is kept in lines; JSON as what it is. */
function textOf(output: unknown): string {
  const isLines = Array.isArray(output) && output.every((line) => typeof line === 'string');
  if (isLines) return output.join('');
  return typeof output === 'string' ? output : JSON.stringify(output);
}

function objectsIn(list: unknown): Record<string, unknown>[] {
  return Array.isArray(list) ? list.filter(isJsonObject) : [];
}
