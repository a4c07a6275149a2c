import fc from 'fast-check';
import { expect, test } from 'vitest';
import { canBeEmpty, type Expectation } from './data/expectation-data.ts';
import { PATTERN_KEY } from './data/pattern.ts';
import { ScenarioData } from './data/scenario-data.ts';
import type { StepData } from './data/step-data.ts';
import { call } from './expectations.ts';
import { scenarioJsonSchema } from './json-schema.ts';
import { parseScenario } from './parse-scenario.ts';
import { python } from './python.ts';
import { scenario, scenarioOf } from './scenario.ts';
import { toYaml } from './to-yaml.ts';

test('a scenario is written the way one would write it', () => {
  const totals = scenario(
    'weekly totals',
    (claude) => {
      claude.onUser('The total?').runs(python`
        rows = await fetch({"sku": "A"})
        print(rows)`);
      claude.onUser(/bye/i).optional().calls('log', { level: 1 }).says('Bye.');
    },
    { expect: { calls: [call('fetch', { sku: 'A' }), call('log', {}, { caller: 'direct' })] } },
  );
  expect(toYaml(totals)).toMatchInlineSnapshot(`
    "scenario: weekly totals
    turns:
      - user: The total?
        claude:
          - runs: |-
              rows = await fetch({"sku": "A"})
              print(rows)
      - match: /bye/i
        optional: true
        claude:
          - calls:
              - log:
                  level: 1
          - says: Bye.
    expect:
      calls:
        - fetch:
            sku: A
        - call: log
          input: {}
          caller: direct
    "
  `);
});

test('a pattern in what is expected is written and read, and matches', () => {
  const orders = scenario('orders', (claude) => void claude.onUser('Hi').says('Hi'), {
    expect: {
      calls: [
        call('order', { sku: /^A\d/i, more: [{ to: /@/ }] }, { returns: { id: /^o_/ } }),
        call('log', /x/, { throws: /busy/ }),
        call('log', /x/),
      ],
    },
  });
  const text = toYaml(orders);
  expect(text).toContain('sku:\n          $pattern: /^A\\d/i');
  const { data } = parseScenario(text);
  expect(data).toEqual(orders.data);
  const [order] = Object(data.expect?.calls);
  expect(order.input.sku).toBeInstanceOf(RegExp);
});

test('a number stands for the text of an error', () => {
  const text =
    'scenario: x\nturns: [{ user: Hi, claude: [says: Hi] }]\nexpect: { calls: [{ call: a, throws: 404 }] }';
  expect(parseScenario(text).data.expect?.calls).toEqual([{ call: 'a', throws: '404' }]);
});

test('what should be a pattern and is none is shown with its place', () => {
  const file = (calls: string) =>
    `scenario: x\nturns: [{ user: Hi, claude: [says: Hi] }]\nexpect: { calls: [${calls}] }`;
  const problem = 'expected a pattern such as /total/i, got "A"';
  expect(() => parseScenario(file('order: { sku: { $pattern: A } }'))).toThrow(
    `scenario.yaml:3:45 ${problem}`,
  );
  expect(() => parseScenario(file('{ call: order, input: { sku: { $pattern: A } } }'))).toThrow(
    problem,
  );
  expect(() => parseScenario(file('{ call: order, throws: { $pattern: A } }'))).toThrow(problem);
});

test('a function cannot be written', () => {
  const greeting = scenario('x', (claude) => void claude.onUser('Hi').says(() => 'Hi'));
  expect(() => toYaml(greeting)).toThrow(
    'scenario "x": turns[0].claude[0].says is a function or a matcher, which YAML cannot hold',
  );
});

// Line ends inside YAML text are line feeds, whatever they were.
const text = fc
  .string({ unit: 'binary', maxLength: 12 })
  .map((value) => value.replaceAll(/\r\n?|\0/g, '\n'));
const someText = text.filter((value) => value !== '');
const json = fc.jsonValue({ noUnicodeString: false, maxDepth: 2 }).map(
  // JSON has no negative zero and no key that sets a prototype.
  (value) => JSON.parse(JSON.stringify(value).replaceAll('__proto__', 'proto')) as never,
);
const input = fc.dictionary(fc.string({ minLength: 1 }), json, {
  noNullPrototype: true,
  maxKeys: 3,
});
const toolName = fc.constantFrom('fetch', 'log', 'optional', 'anything', 'in_order', 'call');
const maybe = <Value extends object>(shape: { [Key in keyof Value]: fc.Arbitrary<Value[Key]> }) =>
  fc.record(shape, { requiredKeys: [] });
const list = <Item>(item: fc.Arbitrary<Item>) => fc.array(item, { minLength: 1, maxLength: 3 });

const end = { prints: text, return_code: fc.nat(3) };
const outcome = { ...end, error_code: fc.constantFrom('unavailable' as const) };
const runs = fc
  .tuple(text, maybe({ ...outcome, raises: text }))
  .map(([runs, more]) => ({ runs, ...more }));
const bash = fc.tuple(text, maybe(outcome)).map(([bash, more]) => ({ bash, ...more }));
const edit = fc
  .tuple(
    fc.oneof(
      fc.record(
        {
          command: fc.constant('view' as const),
          path: text,
          view_range: fc.constant([1, -1] as const),
        },
        { requiredKeys: ['command', 'path'] },
      ),
      fc.record({ command: fc.constant('create' as const), path: text, file_text: text }),
      fc.record({
        command: fc.constant('str_replace' as const),
        path: text,
        old_str: text,
        new_str: text,
      }),
    ),
    maybe({ error_code: fc.constantFrom('file_not_found' as const) }),
  )
  .map(([edit, more]) => ({ edit, ...more }));
const made = list(fc.record({ call: toolName, input })).map((calls) => ({ calls }));
const condition = fc.oneof(
  fc.record({ answered: text }),
  fc.record({ answered: text, tool: toolName }),
  fc.record({ printed: text }),
);
const { step } = fc.letrec<{ step: StepData }>((tie) => ({
  step: fc.oneof(
    { depthSize: 'small' },
    text.map((says) => ({ says })),
    runs,
    bash,
    edit,
    made,
    fc.tuple(text, maybe({ signature: text })).map(([thinks, more]) => ({ thinks, ...more })),
    list(fc.oneof(runs, made, bash, edit)).map((together) => ({ together })),
    fc
      .oneof(fc.constant(true as const), list(fc.oneof(runs, bash, edit)))
      .map((pauses) => ({ pauses })),
    fc
      .tuple(condition, list(tie('step')), maybe({ otherwise: list(tie('step')) }))
      .map(([when, steps, more]) => ({ when, do: steps, ...more })),
  ),
}));
const message = maybe({ user: text });
const matched = fc.constantFrom({ match: '/total/i' }, { match: '/a\\/b/s' });
const stops = fc.constantFrom(
  { stops: 'max_tokens' as const },
  { stops: 'stop_sequence' as const, stop_sequence: 'END' },
  { stops: 'refusal' as const, category: 'cyber' as const, explanation: 'No.' },
);
const turn = fc
  .record({
    message: fc.oneof(message, matched),
    more: maybe({ optional: fc.boolean(), position: fc.integer({ min: 1, max: 3 }) }),
    steps: list(step),
    end: fc.option(stops, { nil: undefined }),
  })
  .map(({ message, more, steps, end }) => ({
    ...message,
    ...more,
    claude: end ? [...steps, end] : steps,
  }));

const pattern = fc.constantFrom(/^A/, /a\/b/s);
const patterns = fc.dictionary(
  fc.string({ minLength: 2 }),
  fc.oneof(json, pattern, list(pattern)),
  {
    noNullPrototype: true,
    maxKeys: 3,
  },
);

const expectedCall = fc
  .tuple(
    toolName,
    maybe({
      input: patterns,
      partial: fc.boolean(),
      caller: fc.constantFrom('code' as const, 'direct' as const),
      cell: fc.integer({ min: 1, max: 3 }),
      returns: fc.oneof(json, pattern, fc.tuple(json, pattern)),
      throws: fc.oneof(text, pattern),
    }),
  )
  .map(([call, more]) => ({ call, ...more }));
const { expectation } = fc.letrec<{ expectation: Expectation }>((tie) => ({
  expectation: fc.oneof(
    { depthSize: 'small' },
    expectedCall,
    list(tie('expectation')).map((in_order) => ({ in_order })),
    list(tie('expectation')).map((in_any_order) => ({ in_any_order })),
    list(tie('expectation')).map((together) => ({ together })),
    list(tie('expectation')).map((one_of) => ({ one_of })),
    list(tie('expectation')).map((subsequence) => ({ subsequence })),
    tie('expectation').map((optional) => ({ optional })),
    fc
      .tuple(
        tie('expectation').filter((inner) => !canBeEmpty(inner)),
        maybe({ min: fc.nat(2), max: fc.integer({ min: 2, max: 4 }) }),
      )
      .map(([repeated, limits]) => ({ repeated, ...limits })),
    list(expectedCall).map((never) => ({ never })),
    fc.constant({ anything: true as const }),
  ),
}));

const count = fc.oneof(fc.nat(9), maybe({ min: fc.nat(3), max: fc.integer({ min: 3, max: 9 }) }));
const expected = maybe({
  calls: fc.oneof(expectation, fc.array(expectation, { maxLength: 3 })),
  counts: maybe({ fetch: count, log: count }),
  cells: fc.oneof(count, fc.array(maybe({ ...end, raises: text }), { maxLength: 2 })),
  commands: fc.oneof(count, fc.array(maybe(end), { maxLength: 2 })),
  text,
  requests: count,
  containers: count,
  usage: maybe({
    input_tokens: count,
    output_tokens: count,
    cache_read_input_tokens: count,
    cache_creation_input_tokens: count,
  }),
  cache_prefix: fc.oneof(
    fc.constant('unbroken' as const),
    maybe({ system: someText, tools: someText, messages: someText }),
  ),
});

const answer = fc
  .tuple(
    maybe({ with: input, partial: fc.boolean(), times: fc.integer({ min: 1, max: 3 }) }),
    fc.oneof(fc.record({ returns: json }), fc.record({ throws: text })),
  )
  .map(([condition, given]) => ({ ...condition, ...given }));
const tool = fc
  .tuple(
    maybe({
      description: text,
      takes: fc.nat(4_000_000),
      writes: fc.boolean(),
      input_schema: fc.constant({ type: 'object' as const, required: ['a'] }),
      allowed_callers: fc.constant(['direct' as const]),
    }),
    fc.oneof(
      fc.record({ returns: json }),
      fc.record({ throws: text }),
      fc.record({ answers: list(answer) }),
    ),
  )
  .map(([more, answers]) => ({ ...more, ...answers }));

const ms = fc.nat(400_000);
const nth = fc.integer({ min: 1, max: 9 });
const fault = fc.oneof(
  fc
    .tuple(maybe({ nth, tool: text }), ms)
    .map(([more, takes]) => ({ on: 'call' as const, ...more, takes })),
  maybe({
    nth,
    takes: ms,
    ends: fc.constantFrom('killed' as const, 'unavailable' as const),
    effects: fc.constantFrom('none' as const, 'kept' as const),
  }).map((more) => ({ on: 'cell' as const, ...more })),
  maybe({ nth }).map((more) => ({ on: 'step' as const, ...more, pauses: true as const })),
  maybe({
    nth,
    takes: ms,
    error: fc.constantFrom('api_error' as const, 'overloaded_error' as const),
    retry_after: ms,
    container: fc.constantFrom('expired' as const, 'replaced' as const),
    thread: fc.constant('lost' as const),
    delivered: fc.constant('twice' as const),
    response: fc.constantFrom('cut' as const, 'malformed' as const),
    after: fc.nat(9),
  }).map((more) => ({ on: 'request' as const, ...more })),
);
const schedule = maybe({
  faults: fc.array(fault, { maxLength: 3 }),
  turnaround: fc.oneof(ms, fc.constantFrom('max' as const, 'sum' as const)),
  call_order: fc.constantFrom('program' as const, 'reversed' as const),
});

const anyScenario = fc
  .record({
    scenario: someText,
    turns: list(turn),
    more: maybe({
      model: text,
      conversations: fc.uniqueArray(
        fc
          .tuple(
            someText,
            fc.oneof(message, matched),
            maybe({ system: text, optional: fc.boolean() }),
            list(turn),
          )
          .map(([conversation, first, more, turns]) => ({
            conversation,
            ...first,
            ...more,
            turns,
          })),
        { minLength: 1, maxLength: 2, selector: ({ conversation }) => conversation },
      ),
      otherwise: list(step),
      tools: fc.record({
        fetch: tool,
        log: tool,
        optional: tool,
        anything: tool,
        in_order: tool,
        call: tool,
      }),
      expect: expected,
      schedule,
      web: list(
        fc.record(
          { url: text, title: text, content: text, found: text },
          { requiredKeys: ['url', 'title', 'content'] },
        ),
      ),
    }),
  })
  .map(({ scenario, turns, more }) => scenarioOf(ScenarioData.parse({ scenario, turns, ...more })));

test('any scenario without functions survives being written and read', () => {
  const seen = new Set<string>();
  fc.assert(
    fc.property(anyScenario, (written) => {
      for (const key of keysIn(written.data)) seen.add(key);
      expect(parseScenario(toYaml(written)).data).toEqual(written.data);
    }),
    { numRuns: 100 },
  );
  // Nothing that a scenario may say is left out of the property.
  expect(propertiesIn(scenarioJsonSchema()).filter((key) => !seen.has(key))).toEqual([]);
});

function keysIn(value: unknown): string[] {
  if (value instanceof RegExp) return [PATTERN_KEY];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => [key, ...keysIn(inner)]);
}

/** The names of all properties in a JSON Schema. */
function propertiesIn(schema: unknown): string[] {
  if (typeof schema !== 'object' || schema === null) return [];
  return Object.entries(schema).flatMap(([key, inner]) => [
    ...(key === 'properties' ? Object.keys(Object(inner)) : []),
    ...propertiesIn(inner),
  ]);
}
