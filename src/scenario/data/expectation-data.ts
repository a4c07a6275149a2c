import * as z from 'zod';
import { type CallData, codeCall, fileCall } from './call-data.ts';
import { isMatcher, type Matcher } from './matcher.ts';

/**
 * Which tool calls are expected, as plain data: a single call, or one of the words below with more of them inside.
 *
 * An expectation stands for a set of lists of calls; it holds when the calls that were made are one of these lists.
 * Between two calls it asks for there may be no others, except in a gap: `anything` and `never` open the gap they stand
 * in, `subsequence` every gap inside it, and where one gap is told several things all of them hold. A gap lies between
 * two calls that are asked for, before the first or after the last, and so does what opens it: in `[a, never b, c]` a
 * `b` must not come between `a` and `c`, in `[never b, never c]` neither may come at all.
 */
export type Expectation<Call extends CallData = CallData> =
  | Call
  | { readonly in_order: readonly Expectation<Call>[] }
  | { readonly in_any_order: readonly Expectation<Call>[] }
  | { readonly together: readonly Expectation<Call>[] }
  | { readonly one_of: readonly Expectation<Call>[] }
  | { readonly subsequence: readonly Expectation<Call>[] }
  | {
      readonly repeated: Expectation<Call>;
      readonly min?: number | undefined;
      readonly max?: number | undefined;
    }
  | { readonly optional: Expectation<Call> }
  | { readonly never: readonly Call[] }
  | { readonly anything: true };

/** What tool calls are expected: one expectation, or several in order. */
export type ExpectedCalls<Call extends CallData = CallData> =
  | Expectation<Call>
  | readonly Expectation<Call>[];

/** The words that are no names of tools in the short form `name: { … }`. */
export const WORDS: readonly string[] = [
  'in_order',
  'in_any_order',
  'together',
  'one_of',
  'subsequence',
  'repeated',
  'optional',
  'never',
  'anything',
];

export const NOTHING_TO_REPEAT =
  'what is repeated may be no call at all: put "optional" around "repeated", and "anything" beside it';

/** The schema, given what a call may be. */
function expectationSchema(call: z.ZodType<CallData>): z.ZodType<Expectation> {
  const inner: z.ZodType<Expectation> = z.lazy(() => schema);
  const list = z.array(inner).min(1);
  const calls = z.union([z.array(call).min(1), call.transform((only) => [only])]);
  const schema: z.ZodType<Expectation> = z.union([
    z.literal('anything').transform(() => ({ anything: true as const })),
    call,
    z.strictObject({ in_order: z.array(inner) }),
    z.strictObject({ in_any_order: list }),
    z.strictObject({ together: list }),
    z.strictObject({ one_of: list }),
    z.strictObject({ subsequence: z.array(inner) }),
    z
      .strictObject({
        repeated: inner,
        min: z.int().min(0).optional(),
        max: z.int().min(1).optional(),
      })
      .refine(({ repeated }) => !canBeEmpty(repeated), {
        error: NOTHING_TO_REPEAT,
        path: ['repeated'],
      })
      .refine(({ min = 1, max = Infinity }) => min <= max, {
        error: ({ input }) => {
          const { min, max } = Object(input);
          return `"min" is ${min ?? 1} and "max" ${max}`;
        },
        path: ['max'],
      }),
    z.strictObject({ optional: inner }),
    z.strictObject({ never: calls }),
    z.strictObject({ anything: z.literal(true) }),
  ]);
  return schema;
}

/** The schema of all that is expected of the tool calls, given what an expectation may be. */
export function callsSchema(expectation: z.ZodType<Expectation>): z.ZodType<ExpectedCalls> {
  return z.union([z.array(expectation), expectation]);
}

/** An expectation as a file holds it. */
export const FileExpectation = expectationSchema(fileCall(WORDS));

/** An expectation as TypeScript writes it, with matchers. */
export const CodeExpectation = expectationSchema(
  codeCall(z.custom<Matcher>(isMatcher, 'expected arguments or a matcher')),
);

/** What TypeScript expects of the tool calls. */
export const CodeCalls: z.ZodType<ExpectedCalls> = callsSchema(CodeExpectation);

/** The tools an expectation names, each with its place in it. */
export function namedCalls(
  expected: Expectation | readonly Expectation[],
): { readonly call: string; readonly path: (string | number)[] }[] {
  if ('call' in expected) return [{ call: expected.call, path: [] }];
  return Object.entries(expected).flatMap(([key, inner]) =>
    typeof inner === 'object'
      ? namedCalls(inner).map(({ call, path }) => ({
          call,
          path: ['at' in expected ? Number(key) : key, ...path],
        }))
      : [],
  );
}

/** Whether an expectation may hold without a single call. */
export function canBeEmpty(expectation: Expectation): boolean {
  if ('call' in expectation) return false;
  if ('repeated' in expectation) return expectation.min === 0;
  if ('one_of' in expectation) return expectation.one_of.some(canBeEmpty);
  if ('in_order' in expectation) return expectation.in_order.every(canBeEmpty);
  if ('in_any_order' in expectation) return expectation.in_any_order.every(canBeEmpty);
  if ('together' in expectation) return expectation.together.every(canBeEmpty);
  if ('subsequence' in expectation) return expectation.subsequence.every(canBeEmpty);
  return true;
}
