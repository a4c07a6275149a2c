import type { CallData } from '../data/call-data.ts';
import type { Expectation } from '../data/expectation-data.ts';
import { isMatcher } from '../data/matcher.ts';
import { type Expression, type Expressions, OPEN } from './expression.ts';

/** An expectation ready to be compared with calls. */
export interface Compiled {
  readonly root: Expression;
  /** The calls it names, in the order they are written; equal ones but once. */
  readonly leaves: readonly CallData[];
}

export function compile(expectation: Expectation, make: Expressions): Compiled {
  const leaves: CallData[] = [];
  const known = new Map<string, number>();

  function leafOf(call: CallData): number {
    const key = keyOf(call);
    const before = key === undefined ? undefined : known.get(key);
    if (before !== undefined) return before;
    const leaf = leaves.push(call) - 1;
    if (key !== undefined) known.set(key, leaf);
    return leaf;
  }

  const all = (parts: readonly Expectation[]): Expression[] => parts.map(expressionOf);

  function expressionOf(expected: Expectation): Expression {
    if ('call' in expected) return make.leaf(leafOf(expected));
    if ('in_order' in expected) return inOrder(expected.in_order);
    if ('subsequence' in expected) return make.spread(inOrder(expected.subsequence));
    if ('in_any_order' in expected) return make.shuffle(all(expected.in_any_order));
    if ('together' in expected)
      return make.together(make.shuffle(all(expected.together)), undefined);
    if ('one_of' in expected) return make.choice(all(expected.one_of));
    if ('optional' in expected) {
      return make.choice([expressionOf(expected.optional), make.nothing]);
    }
    if ('repeated' in expected) {
      const { repeated, min = 1, max = Infinity } = expected;
      return make.repeat(expressionOf(repeated), min, max);
    }
    return make.gap('never' in expected ? { open: true, except: sorted(expected.never) } : OPEN);
  }

  function inOrder(parts: readonly Expectation[]): Expression {
    return all(parts).reduceRight((rest, first) => make.sequence(first, rest), make.nothing);
  }

  function sorted(calls: readonly CallData[]): number[] {
    return [...new Set(calls.map(leafOf))].toSorted((a, b) => a - b);
  }

  const root = expressionOf(expectation);
  return { root, leaves };
}

/** Equal texts for equal calls; none for a call with a matcher, which is equal to no other. */
function keyOf(call: CallData): string | undefined {
  let plain = true;
  const text = JSON.stringify(call, (_, value: unknown) => {
    if (isMatcher(value)) plain = false;
    return value;
  });
  return plain ? text : undefined;
}
