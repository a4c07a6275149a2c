import fc from 'fast-check';
import { expect, test } from 'vitest';
import { directCall, handMade } from '../../../test/scenario/hand-made-transcript.ts';
import {
  exampleOf,
  type Letter,
  matchesReference,
  TooManyError,
} from '../../../test/scenario/reference-matcher.ts';
import type { CallData } from '../data/call-data.ts';
import { canBeEmpty, type Expectation } from '../data/expectation-data.ts';
import { checkToolCalls } from './tool-calls.ts';

const name = fc.constantFrom('a', 'b', 'c');
const x = fc.nat(1);
const call: fc.Arbitrary<CallData> = fc
  .tuple(name, fc.option(x, { nil: undefined }))
  .map(([call, x]) => ({ call, ...(x !== undefined && { input: { x } }) }));

const { expectation } = fc.letrec<{ expectation: Expectation; parts: Expectation[] }>((tie) => ({
  parts: fc.array(tie('expectation'), { minLength: 1, maxLength: 3 }),
  expectation: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    call,
    fc.constant({ anything: true } as const),
    fc.array(call, { minLength: 1, maxLength: 2 }).map((never) => ({ never })),
    tie('parts').map((in_order) => ({ in_order })),
    tie('parts').map((in_any_order) => ({ in_any_order })),
    tie('parts').map((together) => ({ together })),
    tie('parts').map((one_of) => ({ one_of })),
    tie('parts').map((subsequence) => ({ subsequence })),
    tie('expectation').map((optional) => ({ optional })),
    fc
      .tuple(tie('expectation'), fc.nat(2), fc.nat(3))
      .filter(([inner]) => !canBeEmpty(inner))
      .map(([repeated, min, more]) => ({
        repeated,
        min,
        ...(more < 3 && { max: Math.max(min + more, 1) }),
      })),
  ),
}));

const calls: fc.Arbitrary<Letter[]> = fc
  .array(fc.record({ name, x, starts: fc.boolean() }), { maxLength: 6 })
  .map((made) => {
    let response = 1;
    return made.map(({ name, x, starts }) => ({
      name,
      x,
      response: starts ? ++response : response,
    }));
  });

const transcriptOf = (made: readonly Letter[]) =>
  handMade(
    ...made.flatMap(({ name, x, response }, i) => [
      ...(i > 0 && made[i - 1]!.response !== response
        ? [{ type: 'response.sent' as const, request: 'req', status: 200, body: {} }]
        : []),
      directCall(name, { x }),
    ]),
  );

const RUNS = Number(process.env['ALGEBRA_RUNS'] ?? 300);

/** Whether an expectation holds, by ours and by the reference. Undefined for one that stands for too many lists. */
function verdicts(expected: Expectation, made: readonly Letter[]): [boolean, boolean] | undefined {
  try {
    const reference = matchesReference(expected, made);
    return [checkToolCalls(transcriptOf(made), expected).length === 0, reference];
  } catch (error) {
    if (error instanceof TooManyError) return undefined;
    throw error;
  }
}

test('the verdict is that of a matcher that enumerates what an expectation stands for', () => {
  const seen = { matching: 0, other: 0 };
  fc.assert(
    fc.property(expectation, calls, (expected, made) => {
      const [ours, reference] = verdicts(expected, made) ?? [];
      if (reference === undefined) return;
      seen[reference ? 'matching' : 'other']++;
      expect(ours).toBe(reference);
    }),
    { numRuns: RUNS },
  );
  // So that it is not always the same verdict, nor always given up.
  expect(seen.matching).toBeGreaterThan(RUNS / 20);
  expect(seen.other).toBeGreaterThan(RUNS / 20);
});

const alphabet = ['a', 'b', 'c'].flatMap((name) => [0, 1].map((x) => ({ name, x })));

/** A list that differs in one call, or in one response. */
function edited(made: readonly Letter[], choose: (many: number) => number): readonly Letter[] {
  if (made.length === 0) return [{ ...alphabet[choose(alphabet.length)]!, response: 1 }];
  const i = choose(made.length);
  const letter = made[i]!;
  const other = { ...alphabet[choose(alphabet.length)]!, response: letter.response };
  const edits = [
    () => made.toSpliced(i, 1),
    () => made.with(i, other),
    () => (made.length < 6 ? made.toSpliced(i, 0, other) : made),
    () => made.toSpliced(i, 1).toSpliced(choose(made.length), 0, letter),
    () => made.map((each, k) => (k < i ? each : { ...each, response: each.response + 1 })),
    () => made.map((each) => ({ ...each, response: 1 })),
  ];
  const list = edits[choose(edits.length)]!();
  // A response that has ended takes no more calls: a call that was moved is in the response of its new place.
  const responses = list.map((each) => each.response).toSorted((a, b) => a - b);
  return list.map((each, k) => ({ ...each, response: responses[k]! }));
}

test('of a list that an expectation stands for and of one next to it the verdict is the same', () => {
  const seen = { examples: 0, matching: 0, other: 0 };
  fc.assert(
    fc.property(expectation, fc.infiniteStream(fc.nat(999)), (expected, numbers) => {
      const choose = (many: number): number => numbers.next().value! % Math.max(many, 1);
      let example: Letter[] | undefined;
      try {
        example = exampleOf(expected, alphabet, choose);
      } catch (error) {
        if (!(error instanceof TooManyError)) throw error;
      }
      if (!example) return;
      seen.examples++;
      expect(verdicts(expected, example)).toEqual([true, true]);
      const [ours, reference] = verdicts(expected, edited(example, choose))!;
      seen[reference ? 'matching' : 'other']++;
      expect(ours).toBe(reference);
    }),
    { numRuns: RUNS },
  );
  expect(seen.examples).toBeGreaterThan(RUNS / 2);
  expect(seen.matching).toBeGreaterThan(RUNS / 20);
  expect(seen.other).toBeGreaterThan(RUNS / 20);
});
