/** The matchers as a user's compiler sees them. `scripts/peers-leg.mjs` checks the same under other versions. */
import { call, type Transcript } from 'callsheet';
import { expect, test, type Callsheet } from 'callsheet/vitest';
import { expectTypeOf } from 'vitest';

declare const transcript: Transcript;

export function matchers(): void {
  expect(transcript).toHaveToolCalls([call('f', { a: 1 })]);
  expect(transcript).not.toHaveCellOutput(/x/, { cell: 1 });
  expect.soft(transcript).toHaveCleanVerdict();
  void expect(Promise.resolve(transcript)).resolves.toHaveCellOutput('x');
  expect({ transcript }).toEqual({ transcript: expect.toHaveToolCalls([]) });
  expect(transcript).not.toMatchCassette('totals.cassette.yaml');
  expect(transcript).toMatchCassette(new URL('totals.cassette.yaml', import.meta.url));
  // @ts-expect-error which cassette?
  expect(transcript).toMatchCassette();
  // @ts-expect-error a cell prints text
  expect(transcript).toHaveCellOutput(42);
  // @ts-expect-error which calls?
  expect(transcript).toHaveToolCalls();
  // @ts-expect-error there is nothing to say about a clean verdict
  expect(transcript).toHaveCleanVerdict('very');
}

test('the fixture has its type', ({ callsheet }) => {
  expectTypeOf(callsheet).toEqualTypeOf<Callsheet>();
});
