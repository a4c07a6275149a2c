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
export function call<const Name extends string, const Options extends CallOptions = CallOptions>(
  name: Name,
  input?: undefined,
  options?: Options,
): CallData<Name, never> & Options;
export function call<
  const Name extends string,
  Input extends Readonly<Record<string, unknown>> | Matcher,
  const Options extends CallOptions = CallOptions,
>(name: Name, input: Input | undefined, options?: Options): CallData<Name, Input> & Options;
export function call(
  name: string,
  input?: Readonly<Record<string, unknown>> | Matcher,
  { returns, ...others }: CallOptions = {},
): CallData {
  return {
    call: name,
    ...(input && { input: onTheWire(input) }),
    ...others,
    ...(returns !== undefined && { returns: onTheWire(returns) }),
  };
}

type Parts = readonly Expectation[];

/** One after the other. A list of expectations means the same. */
export function inOrder<Some extends Parts>(...parts: Some): { readonly in_order: Some } {
  return { in_order: parts };
}

/** All of these, in any order; parts of several calls may be interleaved, each in its own order. */
export function inAnyOrder<Some extends Parts>(...parts: Some): { readonly in_any_order: Some } {
  return { in_any_order: parts };
}

/** All of these in any order, made in one response: they waited for their answers at the same time. */
export function together<Some extends Parts>(...parts: Some): { readonly together: Some } {
  return { together: parts };
}

/** One of these. */
export function oneOf<Some extends Parts>(...parts: Some): { readonly one_of: Some } {
  return { one_of: parts };
}

/** One after the other, with any other calls before, between and after them. */
export function subsequence<Some extends Parts>(...parts: Some): { readonly subsequence: Some } {
  return { subsequence: parts };
}

/** How often something is repeated. */
export interface Repetitions {
  /** Default: 1. */
  readonly min?: number | undefined;
  /** Default: no limit. */
  readonly max?: number | undefined;
}

/** This several times, one after the other. Throws when it may be no call at all. */
export function repeated<Some extends Expectation>(
  expectation: Some,
  limits: Repetitions = {},
): { readonly repeated: Some } & Repetitions {
  if (canBeEmpty(expectation)) throw new TypeError(NOTHING_TO_REPEAT);
  return { repeated: expectation, ...limits };
}

/** This, or nothing. */
export function optional<Some extends Expectation>(expectation: Some): { readonly optional: Some } {
  return { optional: expectation };
}

/** Any calls but these, as many as come, between the calls around it. */
export function never<Some extends readonly CallData[]>(...calls: Some): { readonly never: Some } {
  return { never: calls };
}

/** Any calls, as many as come, between the calls around it. */
export function anything(): { readonly anything: true } {
  return { anything: true };
}
