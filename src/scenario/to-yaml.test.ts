import fc from 'fast-check';
import { expect, test } from 'vitest';
import { call } from './expectations.ts';
import { parseScenario } from './parse-scenario.ts';
import { python } from './python.ts';
import { scenario, type Scenario } from './scenario.ts';
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

test('a function cannot be written', () => {
  const greeting = scenario('x', (claude) => void claude.onUser('Hi').says(() => 'Hi'));
  expect(() => toYaml(greeting)).toThrow(
    'scenario "x": turns[0].claude[0].says is a function or a matcher, which YAML cannot hold',
  );
});

// Line ends inside YAML text are line feeds, whatever they were.
const text = fc.string({ unit: 'binary' }).map((value) => value.replaceAll(/\r\n?|\0/g, '\n'));
const json = fc.jsonValue({ noUnicodeString: false, maxDepth: 3 }).map(
  // JSON has no negative zero and no key that sets a prototype.
  (value) => JSON.parse(JSON.stringify(value).replaceAll('__proto__', 'proto')) as never,
);
const input = fc.dictionary(fc.string({ minLength: 1 }), json, { noNullPrototype: true });
const toolName = fc.stringMatching(/^[a-zA-Z0-9_-]{1,12}$/).filter((name) => name !== '__proto__');
const step = fc.oneof(
  text.map((says) => ['says', says] as const),
  fc
    .tuple(text, fc.record({ prints: text, raises: text }, { requiredKeys: [] }))
    .map((runs) => ['runs', ...runs] as const),
  fc.tuple(toolName, input).map((made) => ['calls', ...made] as const),
);
const turn = fc.record({
  expected: fc.oneof(text, fc.constantFrom(/total/i, /a\/b\n/s), fc.constant(undefined)),
  optional: fc.boolean(),
  steps: fc.array(step, { minLength: 1, maxLength: 3 }),
});
const tool = fc.oneof(
  fc.record({ description: text, returns: json }),
  fc.record({
    answers: fc.array(
      fc.oneof(
        fc.record({ with: input, returns: json }, { requiredKeys: ['returns'] }),
        fc.record({ with: input, throws: text }, { requiredKeys: ['throws'] }),
      ),
      { minLength: 1 },
    ),
  }),
);
const anyScenario: fc.Arbitrary<Scenario> = fc
  .record({
    name: text.filter((name) => name !== ''),
    turns: fc.array(turn, { minLength: 1, maxLength: 4 }),
    tools: fc.dictionary(toolName, tool, { noNullPrototype: true, minKeys: 1 }),
    expected: fc.array(fc.tuple(fc.nat(), fc.option(input, { nil: undefined }))),
  })
  .map(({ name, turns, tools, expected }) =>
    scenario(
      name,
      (claude) => {
        for (const { expected, optional, steps } of turns) {
          const script = claude.onUser(expected);
          if (optional) script.optional();
          for (const step of steps) {
            if (step[0] === 'says') script.says(step[1]);
            else if (step[0] === 'runs') script.runs(step[1], step[2]);
            else script.calls(step[1], step[2]);
          }
        }
      },
      {
        tools,
        expect: {
          calls: expected.map(([n, input]) => {
            const names = Object.keys(tools);
            return call(names[n % names.length]!, input);
          }),
        },
      },
    ),
  );

test('any scenario without functions survives being written and read', () => {
  fc.assert(
    fc.property(anyScenario, (written) => {
      expect(parseScenario(toYaml(written)).data).toEqual(written.data);
    }),
    { numRuns: 50 },
  );
}, 30_000);
