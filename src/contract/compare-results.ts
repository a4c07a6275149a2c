import { compareJson } from '../cassette/conformance/compare-json.ts';
import type { CheckedChange } from './checked-change.ts';
import { resultValue } from './extract.ts';
import type { Place } from './places.ts';

/** What was called, and with which arguments. */
export interface ComparedCall {
  readonly tool: string;
  readonly input: unknown;
}

/**
 * Says whether a tool's result of today is as good as the recorded one: equal, near enough, or of other words for the same.
 * Results that are JSON are given as what they say, others as text.
 */
export type SameResult = (
  recorded: unknown,
  today: unknown,
  call: ComparedCall,
) => boolean | Promise<boolean>;

/** One call, and its results as text: then and now. */
export interface ResultPair extends ComparedCall {
  readonly recorded: string;
  readonly today: string;
  /** The line of the call; absent for a call by Claude itself. */
  readonly place?: Omit<Place, 'message'> | undefined;
}

/** The results that are not the same, as the user's comparison sees it: each is a breaking change. */
export async function compareResults(
  pairs: readonly ResultPair[],
  sameResult: SameResult,
): Promise<CheckedChange[]> {
  const changes: CheckedChange[] = [];
  for (const { tool, input, recorded, today, place } of pairs) {
    const [was, is] = [resultValue(recorded), resultValue(today)];
    if (await sameResult(was, is, { tool, input })) continue;
    const message = firstDifference(was, is);
    const places = place ? [{ ...place, message }] : [];
    changes.push({
      tool,
      kind: 'breaking',
      rule: 'result.value',
      path: '',
      message,
      witness: is,
      places,
    });
  }
  return changes;
}

function firstDifference(was: unknown, is: unknown): string {
  const [first] = compareJson(was, is);
  if (!first) return 'the result is not the same, although it reads the same';
  const where = first.path === '' ? 'the result' : first.path;
  return `${where} was ${JSON.stringify(first.left)}, now ${JSON.stringify(first.right)}`;
}
