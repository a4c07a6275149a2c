import type { CallData } from '../data/call-data.ts';
import { type Difference, differences } from './differences.ts';
import type { RecordedCall } from './recorded-calls.ts';

/** A row of the two lists side by side: an expected call, the call that was made in its place, or both. */
export interface CallPair {
  /** Position in the list of expected calls, from 0. */
  readonly expected?: number | undefined;
  /** Position in the list of calls made, from 0. */
  readonly actual?: number | undefined;
  /** Where the two differ. */
  readonly differences: readonly Difference[];
}

/**
 * One way in which the calls are not the expected ones: `different` arguments or caller, an expected call that is
 * `missing`, an `unexpected` one, or an expected one made `out of order`. Positions count from 0.
 */
export interface CallDeviation {
  readonly kind: 'different' | 'missing' | 'unexpected' | 'out of order';
  readonly expected?: number | undefined;
  readonly actual?: number | undefined;
  readonly differences: readonly Difference[];
}

// Two calls of one tool are paired although they differ, except where leaving one out and taking one in explains
// more: so another argument is one difference, and two swapped calls are a call out of order.
const LEFT_OUT = 2;
const DIFFERENT = 3;

/** Puts expected calls and calls made side by side, with as little difference as possible. */
export function alignCalls(
  expected: readonly CallData[],
  actual: readonly RecordedCall[],
): CallPair[] {
  const shorter = Math.min(expected.length, actual.length);
  const same = (i: number, j: number): boolean => comparePair(expected[i]!, actual[j]!).cost === 0;
  // What is equal at both ends is left out of the square that follows: in a passing run that is everything.
  let head = 0;
  while (head < shorter && same(head, head)) head++;
  let tail = 0;
  while (tail < shorter - head && same(expected.length - 1 - tail, actual.length - 1 - tail)) {
    tail++;
  }
  const middle = alignAll(
    expected.slice(head, expected.length - tail),
    actual.slice(head, actual.length - tail),
  ).map(({ expected, actual, differences }) => ({
    ...(expected !== undefined && { expected: expected + head }),
    ...(actual !== undefined && { actual: actual + head }),
    differences,
  }));
  return [
    ...equalPairs(head, { expected: 0, actual: 0 }),
    ...middle,
    ...equalPairs(tail, { expected: expected.length - tail, actual: actual.length - tail }),
  ];
}

/** So many pairs without a difference, from these positions on. */
function equalPairs(length: number, from: { expected: number; actual: number }): CallPair[] {
  return Array.from({ length }, (_, k) => ({
    expected: from.expected + k,
    actual: from.actual + k,
    differences: [],
  }));
}

/** The cheapest alignment, by dynamic programming: time and space are the product of the lengths. */
function alignAll(expected: readonly CallData[], actual: readonly RecordedCall[]): CallPair[] {
  const compared = expected.map((each) => actual.map((made) => comparePair(each, made)));
  // cost[i][j]: of aligning expected i and actual j and what follows them.
  const cost = Array.from({ length: expected.length + 1 }, () =>
    Array.from({ length: actual.length + 1 }, () => 0),
  );
  for (let i = expected.length; i >= 0; i--) {
    for (let j = actual.length; j >= 0; j--) {
      if (i === expected.length || j === actual.length) {
        cost[i]![j] = LEFT_OUT * (expected.length - i + actual.length - j);
      } else {
        const skip = LEFT_OUT + Math.min(cost[i + 1]![j]!, cost[i]![j + 1]!);
        cost[i]![j] = Math.min(skip, compared[i]![j]!.cost + cost[i + 1]![j + 1]!);
      }
    }
  }
  const pairs: CallPair[] = [];
  let [i, j] = [0, 0];
  while (i < expected.length || j < actual.length) {
    const pair = compared[i]?.[j];
    if (pair && cost[i]![j] === pair.cost + cost[i + 1]![j + 1]!) {
      pairs.push({ expected: i++, actual: j++, differences: pair.differences });
    } else if (i < expected.length && cost[i]![j] === LEFT_OUT + cost[i + 1]![j]!) {
      pairs.push({ expected: i++, differences: [] });
    } else {
      pairs.push({ actual: j++, differences: [] });
    }
  }
  return pairs;
}

/** The rows that are not as expected, in order. */
export function deviations(
  pairs: readonly CallPair[],
  { expected, actual }: { expected: readonly CallData[]; actual: readonly RecordedCall[] },
): CallDeviation[] {
  const extra = new Set(
    pairs.flatMap((pair) => (pair.expected === undefined ? [pair.actual!] : [])),
  );
  const missing = pairs.filter((pair) => pair.actual === undefined);
  const late = new Map<number, number>();
  for (const { expected: i } of missing) {
    const match = [...extra].find((j) => comparePair(expected[i!]!, actual[j]!).cost === 0);
    if (match === undefined) continue;
    late.set(i!, match);
    extra.delete(match);
  }
  return pairs.flatMap((pair): CallDeviation[] => {
    if (pair.differences.length > 0) return [{ kind: 'different', ...pair }];
    if (pair.actual === undefined) {
      const madeAt = late.get(pair.expected!);
      if (madeAt === undefined) return [{ kind: 'missing', ...pair }];
      return [{ kind: 'out of order', ...pair, actual: madeAt }];
    }
    return pair.expected === undefined && extra.has(pair.actual)
      ? [{ kind: 'unexpected', ...pair }]
      : [];
  });
}

function comparePair(
  expected: CallData,
  actual: RecordedCall,
): { cost: number; differences: readonly Difference[] } {
  if (expected.call !== actual.name) return { cost: Infinity, differences: [] };
  const found = expected.input ? differences(expected.input, actual.input) : [];
  if (expected.caller !== undefined && expected.caller !== actual.caller) {
    found.push({ path: 'caller', expected: expected.caller, actual: actual.caller });
  }
  return { cost: found.length === 0 ? 0 : DIFFERENT, differences: found };
}
