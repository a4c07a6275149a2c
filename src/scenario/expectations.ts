import type { CallData } from './data/call-data.ts';
import { canBeEmpty, type Expectation, NOTHING_TO_REPEAT } from './data/expectation-data.ts';
import { type Matcher, onTheWire } from './data/matcher.ts';

/** What else is expected of a call. */
export type CallOptions = Omit<CallData, 'call' | 'input'>;

/**
 * A tool call, for what a scenario expects or what Claude calls directly. `input` is the whole of the arguments (with
 * `partial: true` a part of them), by value; a schema, an asymmetric matcher, a pattern or a predicate may stand for it
 * or for anything in it. Without it any arguments will do. Throws when the input is not JSON.
 */
export function call<
  const Name extends string,
  Input extends Readonly<Record<string, unknown>> | Matcher = never,
>(name: Name, input?: Input, options: CallOptions = {}): CallData<Name, Input> {
  const { returns, ...others } = options;
  return {
    call: name,
    ...(input && { input: onTheWire(input) }),
    ...others,
    ...(returns !== undefined && { returns: onTheWire(returns) }),
  };
}

/** One after the other. A list of expectations means the same. */
export function inOrder<Call extends CallData>(
  ...parts: readonly Expectation<Call>[]
): Expectation<Call> {
  return { in_order: parts };
}

/** All of these, in any order; parts of several calls may be interleaved, each in its own order. */
export function inAnyOrder<Call extends CallData>(
  ...parts: readonly Expectation<Call>[]
): Expectation<Call> {
  return { in_any_order: parts };
}

/** All of these in any order, made in one response: they waited for their answers at the same time. */
export function together<Call extends CallData>(
  ...parts: readonly Expectation<Call>[]
): Expectation<Call> {
  return { together: parts };
}

/** One of these. */
export function oneOf<Call extends CallData>(
  ...parts: readonly Expectation<Call>[]
): Expectation<Call> {
  return { one_of: parts };
}

/** One after the other, with any other calls before, between and after them. */
export function subsequence<Call extends CallData>(
  ...parts: readonly Expectation<Call>[]
): Expectation<Call> {
  return { subsequence: parts };
}

/**
 * This several times, one after the other: at least `min` times (default: 1), at most `max` (default: no limit). Throws
 * when it may be no call at all.
 */
export function repeated<Call extends CallData>(
  expectation: Expectation<Call>,
  limits: { readonly min?: number; readonly max?: number } = {},
): Expectation<Call> {
  if (canBeEmpty(expectation)) throw new TypeError(NOTHING_TO_REPEAT);
  return { repeated: expectation, ...limits };
}

/** This, or nothing. */
export function optional<Call extends CallData>(expectation: Expectation<Call>): Expectation<Call> {
  return { optional: expectation };
}

/** Any calls but these, as many as come, between the calls around it. */
export function never<Call extends CallData>(...calls: readonly Call[]): Expectation<Call> {
  return { never: calls };
}

/** Any calls, as many as come, between the calls around it. */
export function anything(): Expectation<never> {
  return { anything: true };
}
