import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  cell,
  codeCall,
  directCall,
  handMade,
} from '../../../test/scenario/hand-made-transcript.ts';
import { call } from '../expectations.ts';
import { assertToolCalls, checkToolCalls } from './tool-calls.ts';

const code = `import json
rows = json.loads(await fetch_sales_data({"sku": "XYZ", "weeks": [1, 2]}))
await log({"level": 1})`;
const fetched = codeCall('c1', 'fetch_sales_data', { sku: 'XYZ', weeks: [1, 2] }, 2);
const logged = codeCall('c1', 'log', { level: 1 }, 3);
const transcript = handMade(cell('c1', code), fetched, logged);

/** The message about calls that are not the expected ones. */
function report(...args: Parameters<typeof checkToolCalls>): string {
  const [failure] = checkToolCalls(...args);
  return failure?.message ?? 'as expected';
}

test('calls in order with the same arguments are as expected', () => {
  const expected = [
    call('fetch_sales_data', { weeks: [1, 2], sku: 'XYZ' }),
    call('log', { level: 1 }, { caller: 'code' }),
  ];
  expect(checkToolCalls(transcript, expected)).toEqual([]);
});

test('an expected call without input takes any arguments', () => {
  expect(checkToolCalls(transcript, [call('fetch_sales_data'), call('log')])).toEqual([]);
});

test('a name alone is an expected call', () => {
  expect(checkToolCalls(transcript, JSON.parse('["fetch_sales_data", "log"]'))).toEqual([]);
});

test.each([
  ['[{ "name": "log" }]', 'expected[0].name: unknown key "name"; known here: call, input, '],
  [
    '[{ "call": "log", "partail": true }]',
    'expected[0].partail: unknown key "partail"; did you mean "partial"?',
  ],
  ['{ "in_oder": ["log"] }', 'expected.in_oder: unknown key "in_oder"; did you mean "in_order"?'],
  ['7', 'expected: expected a list, text or a map, got the number 7'],
  ['null', 'expected: expected a list, text or a map, got nothing'],
])('what is no expectation is an error, and never as expected: %s', (expected, message) => {
  expect(() => checkToolCalls(transcript, JSON.parse(expected))).toThrow(TypeError);
  expect(() => checkToolCalls(transcript, JSON.parse(expected))).toThrow(message);
});

test('other arguments are shown path by path with the line that made the call', () => {
  const expected = [call('fetch_sales_data', { sku: 'ABC123', weeks: [1, 3] }), call('log')];
  expect(report(transcript, expected)).toMatchInlineSnapshot(`
    "Tool calls: call 1, fetch_sales_data, has other arguments than expected.

      different: fetch_sales_data({"sku":"XYZ","weeks":[1,2]})
        called on line 2 of cell 1: rows = json.loads(await fetch_sales_data({"sku": "XYZ", "weeks": [1, 2]}))
        $.sku        expected "ABC123"   actual "XYZ"
        $.weeks[1]   expected 3          actual 2

        expected                                           actual
      ≠ fetch_sales_data({"sku":"ABC123","weeks":[1,3]})   fetch_sales_data({"sku":"XYZ","weeks":[1,2]})
      = log(…)                                             log({"level":1})"
  `);
});

test('a missing call is shown where it is missed', () => {
  const expected = [call('fetch_sales_data'), call('send_mail', { to: 'Ada' }), call('log')];
  expect(report(transcript, expected)).toMatchInlineSnapshot(`
    "Tool calls: send_mail was not called.

      missing: send_mail({"to":"Ada"})

        expected                  actual
      = fetch_sales_data(…)       fetch_sales_data({"sku":"XYZ","weeks":[1,2]})
      - send_mail({"to":"Ada"})
      = log(…)                    log({"level":1})"
  `);
});

test('an unexpected call is shown with the line that made it', () => {
  expect(report(transcript, [call('fetch_sales_data')])).toMatchInlineSnapshot(`
    "Tool calls: call 2, log, was not expected.

      unexpected: log({"level":1})
        called on line 3 of cell 1: await log({"level": 1})

        expected              actual
      = fetch_sales_data(…)   fetch_sales_data({"sku":"XYZ","weeks":[1,2]})
      +                       log({"level":1})"
  `);
});

test('two swapped calls are one call out of order', () => {
  expect(report(transcript, [call('log'), call('fetch_sales_data')])).toMatchInlineSnapshot(`
    "Tool calls: call 2, log, was made out of order.

      out of order: log({"level":1})
        called on line 3 of cell 1: await log({"level": 1})

        expected              actual
      - log(…)
      = fetch_sales_data(…)   fetch_sales_data({"sku":"XYZ","weeks":[1,2]})
      ↑                       log({"level":1})"
  `);
});

test('a call by another caller is shown with both', () => {
  const direct = handMade(directCall('ask_user', { question: 'Which?' }));
  expect(report(direct, [call('ask_user', { question: 'Which?' }, { caller: 'code' })]))
    .toMatchInlineSnapshot(`
      "Tool calls: call 1, ask_user, has another caller than expected.

        different: ask_user({"question":"Which?"})
          called directly
          caller   expected "code"   actual "direct"

          expected                                  actual
        ≠ ask_user({"question":"Which?"}) by code   ask_user({"question":"Which?"})"
    `);
});

test('long lists are cut to the neighbourhood of what differs', () => {
  const many = handMade(
    cell('c1', 'for i in range(20):\n    await step({"i": i})'),
    ...Array.from({ length: 20 }, (_, i) => codeCall('c1', 'step', { i: i === 9 ? 90 : i }, 2)),
  );
  const expected = Array.from({ length: 20 }, (_, i) => call('step', { i }));
  expect(report(many, expected)).toMatchInlineSnapshot(`
    "Tool calls: call 10, step, has other arguments than expected.

      different: step({"i":90})
        called on line 2 of cell 1: await step({"i": i})
        $.i   expected 9   actual 90

        expected         actual
        … 7 as expected
      = step({"i":7})    step({"i":7})
      = step({"i":8})    step({"i":8})
      ≠ step({"i":9})    step({"i":90})
      = step({"i":10})   step({"i":10})
      = step({"i":11})   step({"i":11})
        … 8 as expected"
  `);
});

test('the deviations are data too', () => {
  expect(checkToolCalls(transcript, [call('log'), call('fetch_sales_data')])).toMatchObject([
    {
      code: 'calls.different',
      deviations: [{ kind: 'out of order', expected: 0, actual: 1 }],
    },
  ]);
});

test('the assertion throws the report', () => {
  expect(() => assertToolCalls(transcript, [])).toThrow(
    expect.objectContaining({
      name: 'ExpectationError',
      code: 'expectation.failed',
      message: report(transcript, []),
    }),
  );
});

const made = fc.array(
  fc.record({ name: fc.constantFrom('a', 'b'), input: fc.record({ x: fc.nat(2) }) }),
  { maxLength: 8 },
);
const asTranscript = (calls: { name: string; input: { x: number } }[]) =>
  handMade(
    cell('c1', 'await a({})'),
    ...calls.map(({ name, input }) => codeCall('c1', name, input, 1)),
  );
const asExpected = (calls: { name: string; input: { x: number } }[]) =>
  calls.map(({ name, input }) => call(name, input));

test('calls are as expected exactly when both lists are the same', () => {
  fc.assert(
    fc.property(made, made, (expected, actual) => {
      const same = JSON.stringify(expected) === JSON.stringify(actual);
      expect(checkToolCalls(asTranscript(actual), asExpected(expected)).length === 0).toBe(same);
      expect(checkToolCalls(asTranscript(actual), asExpected(actual))).toEqual([]);
    }),
  );
});
