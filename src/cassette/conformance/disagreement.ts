import type { JsonDifference } from './compare-json.ts';

/** One place where callsheet and a recording, or the SDK, disagree. */
export interface Disagreement {
  readonly check: 'request' | 'body' | 'stream' | 'error';
  /** Where in the request or response, such as `content.2.id`; empty for the whole. */
  readonly path: string;
  /** What was recorded and what came instead. */
  readonly message: string;
}

const SHOWN = 160;

/** A disagreement out of two values that should be equal. */
export function disagreement(
  check: Disagreement['check'],
  difference: JsonDifference,
  names: readonly [left: string, right: string],
): Disagreement {
  const { path, left, right, order } = difference;
  const what = order ? 'keys in another order: ' : '';
  return { check, path, message: `${what}${names[0]} ${show(left)}, ${names[1]} ${show(right)}` };
}

function show(value: unknown): string {
  if (value === undefined) return 'nothing';
  const json = JSON.stringify(value);
  return json.length > SHOWN ? `${json.slice(0, SHOWN)}…` : json;
}
