import { Description, type Difference } from './differences.ts';
import { type Compiled } from './compile.ts';
import { compareCall } from './compare-call.ts';
import { createDerive, type Derive, type Head } from './derive.ts';
import type { Expression, Expressions } from './expression.ts';
import type { RecordedCall } from './recorded-calls.ts';

/**
 * A row of what was expected and what was made side by side: an expected call, the one made in its place, or both.
 * `as expected` and `different` have both, `missing` has no actual call, `unexpected` and `let by` no expected one: the
 * latter came where there may be others.
 */
export interface CallRow {
  readonly kind: 'as expected' | 'different' | 'missing' | 'unexpected' | 'let by';
  /** Position in the list of calls the expectation names, from 0. */
  readonly expected?: number | undefined;
  /** Position in the list of calls made, from 0. */
  readonly actual?: number | undefined;
  /** Where the two differ. */
  readonly differences: readonly Difference[];
  /** For an unexpected call that was never to come here: the one `never` names, as a position like `expected`. */
  readonly never?: number | undefined;
}

export interface Alignment {
  /** Whether the calls are as expected: no row has anything against it. */
  readonly matches: boolean;
  readonly rows: readonly CallRow[];
  /** Calls, from this position on, that were not looked at: too much is different. */
  readonly lookedAt: number;
}

/** An expectation leaves so much open that trying all of it would take too long. */
export class AmbiguousExpectationError extends Error {
  override readonly name: string = 'AmbiguousExpectationError';
  readonly code = 'expectation.ambiguous';
}

// Two calls of one tool are paired although they differ, rather than one left out and the other taken in. But a call that
// is missing here and made elsewhere is out of order: that explains more than two calls that differ. And a call that was
// only made in another response than it should have been is not out of order.
const LEFT_OUT = 20;
const ELSEWHERE = 7;
const DIFFERENT = 15;
const OTHER_RESPONSE = 10;
const MOST_DIFFERENCES = 4;
/** How many expected calls a call is paired with although they differ: the nearest ones. */
const NEAREST = 2;

/** How many combinations of a call and of what may be expected there are looked at. */
const LIMIT = 100_000;

interface State {
  /** How many calls were looked at. */
  readonly position: number;
  /** What is expected of those that follow. */
  readonly expression: Expression;
  readonly cost: number;
  readonly before?: State | undefined;
  /** What led here from the state before. */
  readonly rows: readonly CallRow[];
}

type Comparison = readonly Difference[] | undefined;

/**
 * Puts an expectation and the calls made side by side, with as little difference as possible: the cheapest way from the
 * first call to the last and from the whole expectation to nothing, by Dijkstra's algorithm. Calls that are as expected
 * cost nothing, so that is tried first, and whether they are is exact.
 *
 * The number of states is that of calls times that of different remainders of the expectation: about as many as it
 * names calls, except for what may come in any order; n single calls that can be mistaken for each other have 2^n
 * remainders. After 100,000 states the comparison breaks off: with the longest beginning that is as expected, or, where
 * not even that is certain, with an `AmbiguousExpectationError`.
 */
export function alignCalls(
  { root, leaves }: Compiled,
  calls: readonly RecordedCall[],
  make: Expressions,
): Alignment {
  const derive = createDerive(make);
  const compared = new Map<number, Comparison>();
  const compare = (leaf: number, position: number): Comparison => {
    const key = leaf * calls.length + position;
    if (!compared.has(key)) compared.set(key, compareCall(leaves[leaf]!, calls[position]!));
    return compared.get(key);
  };

  const isSame = (leaf: number, position: number): boolean => compare(leaf, position)?.length === 0;
  const isMade = anyFrom(calls.length, isSame);
  const isExpected = anyFrom(leaves.length, (position, leaf) => isSame(leaf, position));
  const context = { calls, derive, compare, isMade, isExpected };
  const moves = (state: State): State[] => nextStates(state, context);
  const found = cheapest(
    { position: 0, expression: root, cost: 0, rows: [] },
    moves,
    (state) => state.position === calls.length && derive.canEnd(state.expression),
  );
  const rows: CallRow[][] = [];
  for (let state: State | undefined = found; state; state = state.before)
    rows.push([...state.rows]);
  const finished = found.position === calls.length && derive.canEnd(found.expression);
  return {
    matches: finished && found.cost === 0,
    rows: rows.toReversed().flat(),
    lookedAt: finished ? calls.length : found.position,
  };
}

/** The cheapest state that is the goal; the furthest one that costs nothing when there are too many. */
function cheapest(
  start: State,
  moves: (state: State) => State[],
  isGoal: (state: State) => boolean,
): State {
  const queue = new Map<number, State[]>([[0, [start]]]);
  const settled = new Set<string>();
  let furthest = start;
  for (let cost = 0; queue.size > 0; cost++) {
    const states = queue.get(cost) ?? [];
    // Moves that cost nothing are added to the list while it is worked through.
    for (const state of states) {
      const key = `${state.position} ${state.expression.id}`;
      if (settled.has(key)) continue;
      settled.add(key);
      if (isGoal(state)) return state;
      if (cost === 0 && state.position > furthest.position) furthest = state;
      if (settled.size > LIMIT) {
        if (cost > 0) return furthest;
        throw new AmbiguousExpectationError(
          `After ${LIMIT} ways to read the expected calls there are more: the calls in an "inAnyOrder" or a "together" can be mistaken for each other. Say more exactly what each of them is.`,
        );
      }
      for (const next of moves(state)) {
        const queued = queue.get(next.cost);
        if (queued) queued.push(next);
        else queue.set(next.cost, [next]);
      }
    }
    queue.delete(cost);
  }
  return furthest;
}

/** Whether something holds of one of so many numbers: looks at a given one first, and remembers the answer. */
function anyFrom(
  length: number,
  holds: (of: number, number: number) => boolean,
): (of: number, first: number) => boolean {
  const known = new Map<number, boolean>();
  return (of, first) => {
    const before = known.get(of);
    if (before !== undefined) return before;
    const found = Array.from({ length }, (_, i) => (first + i) % length).some((n) => holds(of, n));
    known.set(of, found);
    return found;
  };
}

interface Context {
  readonly calls: readonly RecordedCall[];
  readonly derive: Derive;
  readonly compare: (leaf: number, position: number) => Comparison;
  /** Whether an expected call was made anywhere; where to look first. */
  readonly isMade: (leaf: number, position: number) => boolean;
  /** Whether a call is expected anywhere; what to look at first. */
  readonly isExpected: (position: number, leaf: number) => boolean;
}

/** Everything that may happen next: a call as expected or in a gap, a different, missing or unexpected one. */
function nextStates(before: State, context: Context): State[] {
  const { position, expression, cost } = before;
  const { derive, isMade } = context;
  const missing = derive.drops(expression).map(({ leaves, rest }) => ({
    position,
    expression: rest(undefined),
    cost: leaves.reduce((sum, leaf) => sum + (isMade(leaf, position) ? ELSEWHERE : LEFT_OUT), cost),
    before,
    rows: leaves.map((expected) => ({ kind: 'missing' as const, expected, differences: [] })),
  }));
  return position === context.calls.length
    ? missing
    : [...madeStates(before, context), ...missing, unexpected(before, context)];
}

function madeStates(before: State, { calls, derive, compare }: Context): State[] {
  const { position, expression, cost } = before;
  const { response } = calls[position]!;
  const states: State[] = [];
  const unlikeStates: State[] = [];
  const gaps = derive
    .gaps(expression)
    .filter(({ gap }) => gap.open)
    .filter(({ gap }) => !gap.except.some((leaf) => compare(leaf, position)?.length === 0));
  for (const head of derive.heads(expression)) {
    const [expected = 0] = head.leaves;
    const found = compare(expected, position);
    if (!found) continue;
    const differences = [...found, ...otherResponse(head, response)];
    const unlike = Math.min(differences.length, MOST_DIFFERENCES);
    const kind = unlike === 0 ? ('as expected' as const) : ('different' as const);
    const row = { kind, expected, actual: position, differences };
    const state = {
      position: position + 1,
      expression: head.rest(response),
      cost: cost + costOf(found.length, unlike),
      before,
      rows: [row],
    };
    (unlike === 0 ? states : unlikeStates).push(state);
  }
  const nearest = unlikeStates.toSorted((a, b) => a.cost - b.cost).slice(0, NEAREST);
  for (const { expression: rest } of gaps) {
    const row = { kind: 'let by' as const, actual: position, differences: [] };
    states.push({ position: position + 1, expression: rest, cost, before, rows: [row] });
  }
  return [...states, ...nearest];
}

/** What it costs to pair a call although it differs: in itself, or together with its response. */
function costOf(inItself: number, unlike: number): number {
  if (unlike === 0) return 0;
  return inItself === 0 ? OTHER_RESPONSE : DIFFERENT + unlike;
}

const inResponse = (n: number): Description => new Description(`in response ${n}`);

function otherResponse({ response }: Head, actual: number): Difference[] {
  if (response === undefined || response === actual) return [];
  return [{ path: 'together', expected: inResponse(response), actual: inResponse(actual) }];
}

function unexpected(before: State, { derive, compare, isExpected }: Context): State {
  const { position, expression, cost } = before;
  const never = derive
    .gaps(expression)
    .flatMap(({ gap }) => gap.except)
    .find((leaf) => compare(leaf, position)?.length === 0);
  const row = { kind: 'unexpected' as const, actual: position, differences: [], never };
  const [first] = derive.heads(expression);
  const extra = isExpected(position, first?.leaves[0] ?? 0) ? ELSEWHERE : LEFT_OUT;
  return { position: position + 1, expression, cost: cost + extra, before, rows: [row] };
}
