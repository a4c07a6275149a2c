import { expect, test } from 'vitest';
import * as z from 'zod';
import {
  answered,
  cell,
  codeCall,
  directCall,
  handMade,
  sent,
} from '../../../test/scenario/hand-made-transcript.ts';
import {
  anything,
  call,
  inAnyOrder,
  inOrder,
  never,
  oneOf,
  optional,
  repeated,
  subsequence,
  together,
} from '../expectations.ts';
import type { ExpectedCalls } from '../data/expectation-data.ts';
import { checkToolCalls } from './tool-calls.ts';

const code = `rows = await fetch({"sku": "A", "weeks": [1, 2]})
a, b = await asyncio.gather(count({"city": "Berlin"}), count({"city": "Lima"}))
await order({"city": "Lima", "units": 40})
await log({"level": 1})`;

/** One cell that fetches, counts twice in one response, orders and logs; then Claude asks the user. */
const transcript = handMade(
  cell('c1', code),
  codeCall('c1', 'fetch', { sku: 'A', weeks: [1, 2] }, 1),
  sent(),
  answered('fetch', '[{"units":3}]'),
  codeCall('c1', 'count', { city: 'Berlin' }, 2),
  codeCall('c1', 'count', { city: 'Lima' }, 2),
  sent(),
  codeCall('c1', 'order', { city: 'Lima', units: 40 }, 3),
  sent(),
  answered('order', 'sold out', true),
  codeCall('c1', 'log', { level: 1 }, 4),
  sent(),
  cell('c2', 'pass', 1),
  directCall('ask_user', { question: 'Wait?' }),
  sent(),
);
const fetched = call('fetch');
const counted = [call('count', { city: 'Berlin' }), call('count', { city: 'Lima' })] as const;
const rest = [call('order'), call('log'), call('ask_user')] as const;
const anyRest = [anything()] as const;

// Each message was read: does it say what was expected, what came, where in the code, and what is the first thing wrong?
const mismatches: Record<string, ExpectedCalls> = {
  'another argument': [call('fetch', { sku: 'B', weeks: [1, 2] }), ...counted, ...rest],
  'an argument missing deep inside': [call('fetch', { sku: 'A', weeks: [1] }), ...anyRest],
  'an argument too many': [call('fetch', { sku: 'A' }), ...anyRest],
  'a part of the arguments that differs': [
    call('fetch', { sku: 'B' }, { partial: true }),
    ...anyRest,
  ],
  'an argument that a pattern does not match': [
    call('fetch', { sku: /^B/ }, { partial: true }),
    ...anyRest,
  ],
  'an argument an asymmetric matcher rejects': [
    call('fetch', { sku: expect.any(Number), weeks: expect.arrayContaining([3]) }),
    ...anyRest,
  ],
  'arguments a schema rejects': [
    call('fetch', z.object({ sku: z.string().length(6), weeks: z.array(z.string()) })),
    ...anyRest,
  ],
  'arguments a predicate rejects': [
    call('fetch', function hasThreeWeeks() {
      return false;
    }),
    ...anyRest,
  ],
  'an argument without a predicate to take it': [
    call('fetch', { sku: 'A', weeks: [1, 2], limit: (limit: unknown) => Number(limit) < 10 }),
    ...anyRest,
  ],
  'another caller': [call('fetch', undefined, { caller: 'direct' }), ...anyRest],
  'another cell': [fetched, ...counted, call('order', undefined, { cell: 2 }), ...anyRest],
  'a direct call where a cell was expected': subsequence(call('ask_user', undefined, { cell: 2 })),
  'another answer': [call('fetch', undefined, { returns: [{ units: 4 }] }), ...anyRest],
  'an error where an answer was expected': subsequence(
    call('order', undefined, { returns: 'ordered' }),
  ),
  'an answer where an error was expected': subsequence(
    call('fetch', undefined, { throws: /busy/ }),
  ),
  'no answer yet': subsequence(call('ask_user', undefined, { returns: 'yes' })),
  'a call that was not made': [fetched, ...counted, call('reserve'), ...rest],
  'a call that was not made at the end': [
    fetched,
    ...counted,
    ...rest,
    call('mail', { to: 'Ada' }),
  ],
  'a call that was not expected': [fetched, ...counted, call('log'), call('ask_user')],
  'no calls expected': [],
  'two calls the other way round': [
    fetched,
    ...counted,
    call('log'),
    call('order'),
    call('ask_user'),
  ],
  'a call earlier than expected': [...counted, fetched, ...rest],
  'one of several in any order missing': [
    fetched,
    inAnyOrder(...counted, call('count', { city: 'Osaka' })),
    ...rest,
  ],
  'one of several in any order different': [
    fetched,
    inAnyOrder(call('count', { city: 'Lima' }), call('count', { city: 'Bonn' })),
    ...rest,
  ],
  'calls that should have been made together': [
    fetched,
    ...counted,
    together(...rest.slice(0, 2)),
    call('ask_user'),
  ],
  'too few repetitions': [fetched, repeated(call('count'), { min: 3 }), ...rest],
  'too many repetitions': [fetched, repeated(call('count'), { max: 1 }), ...rest],
  'a repetition that breaks off': [fetched, repeated(inOrder(...counted, call('mark'))), ...rest],
  'none of several': [
    fetched,
    ...counted,
    oneOf(call('cancel'), call('order', { city: 'Bonn' })),
    ...rest.slice(1),
  ],
  'a call that should never have come': [
    anything(),
    never(call('order', { units: 40 }, { partial: true })),
  ],
  'a call that should not have come between two others': subsequence(
    fetched,
    never(call('order')),
    call('log'),
  ),
  'a call that should not have come after another': subsequence(
    call('order'),
    never(call('ask_user')),
  ),
  'a subsequence that is not there': subsequence(fetched, call('mail'), call('log')),
  'a subsequence in another order': subsequence(call('log'), fetched),
  'an optional call that is different': [
    optional(call('fetch', { sku: 'B', weeks: [1, 2] })),
    ...counted,
    ...rest,
  ],
  'nearly everything': [call('a'), call('b'), call('fetch', { x: 1 })],
};

test.each(Object.entries(mismatches))('%s', (_, expected) => {
  const [failure] = checkToolCalls(transcript, expected);
  expect(failure?.message).toMatchSnapshot();
});

test('long texts are shown where they differ', () => {
  const letter = (name: string) => `Dear ${name},\n${'we have sold three units. '.repeat(20)}`;
  const mailed = handMade(directCall('mail', { text: `${letter('Ada')}Yours, Bob` }));
  const expected = call('mail', { text: `${letter('Ada')}Yours, Eve` });
  const [failure] = checkToolCalls(mailed, expected);
  expect(failure?.message.split('\n')[4]).toBe(
    '    $.text   expected "…three units. Yours, Eve"   actual "…three units. Yours, Bob"',
  );
  const [shorter] = checkToolCalls(mailed, call('mail', { text: letter('Ada') }));
  expect(shorter?.message.split('\n')[4]).toBe(
    '    $.text   expected "…e sold three units. "   actual "…e sold three units. Yours, Bob"',
  );
});

test('no calls made', () => {
  expect(checkToolCalls([], [fetched, optional(call('log'))])[0]?.message).toMatchSnapshot();
});
