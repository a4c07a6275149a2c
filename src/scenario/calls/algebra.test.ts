import fc from 'fast-check';
import { expect, test } from 'vitest';
import { directCall, handMade } from '../../../test/scenario/hand-made-transcript.ts';
import {
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

test('the verdict is that of a matcher that enumerates what an expectation stands for', () => {
  let compared = 0;
  const seen = { matching: 0, other: 0 };
  fc.assert(
    fc.property(expectation, calls, (expected, made) => {
      let reference: boolean;
      try {
        reference = matchesReference(expected, made);
      } catch (error) {
        if (error instanceof TooManyError) return;
        throw error;
      }
      compared++;
      seen[reference ? 'matching' : 'other']++;
      expect(checkToolCalls(transcriptOf(made), expected).length === 0).toBe(reference);
    }),
    { numRuns: Number(process.env['ALGEBRA_RUNS'] ?? 500) },
  );
  // So that it is not always the same verdict, nor always given up.
  expect(seen.matching).toBeGreaterThan(compared / 20);
  expect(seen.other).toBeGreaterThan(compared / 20);
}, 60_000);
