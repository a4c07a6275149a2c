import { expect, test } from 'vitest';
import { parseScenario } from './parse-scenario.ts';

/** What is wrong with a scenario, one line a problem. */
function problems(text: string): string[] {
  try {
    parseScenario(text, { file: 'totals.yaml' });
  } catch (error) {
    expect(error).toMatchObject({ name: 'ScenarioError', code: 'scenario.invalid' });
    return (error as Error).message.split('\n');
  }
  return [];
}

const turns = `
turns:
  - user: Hi
    claude:
      - says: Hi
`;

test('a scenario in YAML is the same data as one in TypeScript', () => {
  const { data } = parseScenario(`
scenario: weekly totals
tools:
  fetch:
    answers:
      - with: { sku: A }
        returns: [{ units: 3 }]
      - throws: no such SKU
turns:
  - user: The total?
    match: /total/i
    optional: true
    claude:
      - says: Fetching.
      - runs: |
          rows = await fetch({"sku": "A"})
          print(rows)
        prints: |
          7
      - calls:
          - fetch: { sku: A }
          - fetch
expect:
  calls:
    - fetch: { sku: A }
    - { call: fetch, caller: code }
    - fetch
`);
  expect(data).toEqual({
    scenario: 'weekly totals',
    tools: {
      fetch: {
        answers: [{ with: { sku: 'A' }, returns: [{ units: 3 }] }, { throws: 'no such SKU' }],
      },
    },
    turns: [
      {
        user: 'The total?',
        match: '/total/i',
        optional: true,
        claude: [
          { says: 'Fetching.' },
          { runs: 'rows = await fetch({"sku": "A"})\nprint(rows)\n', prints: '7\n' },
          {
            calls: [
              { call: 'fetch', input: { sku: 'A' } },
              { call: 'fetch', input: {} },
            ],
          },
        ],
      },
    ],
    expect: {
      calls: [
        { call: 'fetch', input: { sku: 'A' } },
        { call: 'fetch', caller: 'code' },
        { call: 'fetch' },
      ],
    },
  });
});

test('a number where text is wanted is the text it is written with', () => {
  const { data } = parseScenario(`
scenario: 1.0
turns:
  - user: 7
    claude:
      - says: 3.50
      - says: true
      - runs: print(1)
        prints: 0x10
`);
  expect(data.scenario).toBe('1.0');
  expect(data.turns).toEqual([
    {
      user: '7',
      claude: [{ says: '3.50' }, { says: 'true' }, { runs: 'print(1)', prints: '0x10' }],
    },
  ]);
});

test('an unknown key is shown with its position and the nearest known one', () => {
  expect(problems(`scenario: x\ntool: {}${turns}`)).toEqual([
    'totals.yaml:2:1 unknown key "tool"; did you mean "tools"?',
  ]);
});

test('an unknown key like no other is shown with the known ones', () => {
  expect(problems(`scenario: x\nretries: 3${turns}`)).toEqual([
    'totals.yaml:2:1 unknown key "retries"; known here: scenario, model, tools, web, schedule, turns, conversations, otherwise, expect',
  ]);
});

test('a wrong type is shown with what was expected and what came', () => {
  expect(problems('scenario: [x]\nturns: soon')).toEqual([
    'totals.yaml:1:11 expected text, got a list',
    'totals.yaml:2:8 expected a list, got text "soon"',
  ]);
});

test('a missing key is shown where it is missed', () => {
  expect(problems('scenario: x\nturns:\n  - user: Hi')).toEqual([
    'totals.yaml:3:5 missing key "claude"',
  ]);
});

test.each([
  ['sayz: Hi', '4:9 unknown key "sayz"; did you mean "says"?'],
  ['think: Hi', '4:9 unknown key "think"; did you mean "thinks"?'],
  [
    '{ says: a, runs: b, prints: c }',
    '4:11 "says" does not go with "runs" and "prints"; an item of its own begins with "- "',
  ],
  [
    'says: #5',
    '4:15 expected text, got nothing; what follows "#" is a comment: put quotes around the text',
  ],
  ['runs: "print(1)\\nprints: 1"', '4:15 its last line is "prints": indent that like "runs"'],
  ['{ says: a, prints: b }', '4:20 "prints" does not go with "says"'],
  [
    '{}',
    '4:9 expected "says", "runs", "calls", "bash", "edit", "thinks", "together", "pauses" or "stops"',
  ],
  ['Hi', '4:9 expected a map, got text "Hi"'],
  ['says: [Hi]', '4:15 expected text, got a list'],
  ['says:', '4:14 expected text, got nothing'],
  ['calls: []', '4:16 expected at least one'],
  ['bash: [ls]', '4:15 expected text, got a list'],
  ['edit: { command: view, pth: /a }', '4:32 unknown key "pth"; did you mean "path"?'],
  ['calls: [{ a: 1 }]', '4:22 expected a map of arguments'],
  [
    'calls: [{ a: {}, b: {} }]',
    '4:17 expected one tool name, got "a" and "b"; an item of its own begins with "- "',
  ],
])('the step "%s" is reported at its own place', (step, problem) => {
  expect(problems(`turns:\n- user: Hi\n  claude:\n      - ${step}\nscenario: x`)).toEqual([
    `totals.yaml:${problem}`,
  ]);
});

test.each([
  ['total', 'expected a pattern such as /total/i, got "total"'],
  ['/total(/', 'expected a pattern such as /total/i, got "/total(/"'],
])('the pattern %s is not one', (match, problem) => {
  expect(problems(`scenario: x${turns}    match: ${match}`)).toEqual([
    `totals.yaml:6:12 ${problem}`,
  ]);
});

test.each([
  ['repeated: { call: a, caler: code }', '8:28 unknown key "caler"; did you mean "caller"?'],
  [
    'repeated: { optional: a }',
    '8:17 what is repeated may be no call at all: put "optional" around "repeated", and "anything" beside it',
  ],
  ['{ repeated: a, min: 3, max: 2 }', '8:35 "min" is 3 and "max" 2'],
  ['in_ordr: [a]', '8:16 expected a map of arguments; did you mean "in_order"?'],
  ['in_any_order: []', '8:21 expected at least one'],
  ['optional: { in_order: [{ call: b, cell: 0 }] }', '8:47 expected at least 1'],
])('the expectation "%s" is reported at its own place', (expected, problem) => {
  expect(problems(`scenario: x${turns}expect:\n  calls:\n    - ${expected}\n`)).toEqual([
    `totals.yaml:${problem}`,
  ]);
});

test.each([
  ['4m30s', 270_000],
  ['1h', 3_600_000],
  ['1.5s', 1500],
  ['250ms', 250],
  ['2m250ms', 120_250],
  ['1000', 1000],
])('a tool that takes %s takes %i ms', (takes, ms) => {
  const { data } = parseScenario(
    `scenario: x\ntools: { a: { returns: 1, takes: ${takes} } }${turns}`,
  );
  expect(data.tools?.['a']?.takes).toBe(ms);
});

test.each(['4m 30s', '30s4m', 'soon', '-1'])('%j is no duration', (takes) => {
  expect(
    problems(`scenario: x\ntools: { a: { returns: 1, takes: ${takes} } }${turns}`),
  ).toHaveLength(1);
});

test('an enumerated value is shown with its alternatives', () => {
  expect(problems(`scenario: x${turns}expect: { calls: [{ call: a, caller: cod }] }`)).toEqual([
    'totals.yaml:6:38 expected "code" or "direct", got text "cod"; did you mean "code"?',
  ]);
});

test('a tool that returns and answers is not valid', () => {
  expect(
    problems(`scenario: x\ntools: { a: { returns: 1, answers: [{ returns: 2 }] } }${turns}`),
  ).toEqual(['totals.yaml:2:24 "returns" does not go with "answers"']);
});

test('a tool name the API would refuse is not valid', () => {
  expect(problems(`scenario: x\ntools: { fetch rows: { returns: 1 } }${turns}`)).toEqual([
    'totals.yaml:2:10 a tool name is 1 to 64 letters, digits, "_" or "-"',
  ]);
});

test.each([
  ['scenario: "x', '1:13 not YAML: Missing closing "quote'],
  ['a: 1\na: 2', '2:1 not YAML: the key a is there twice'],
  ['a:\n\t- b', '2:1 not YAML: Tabs are not allowed as indentation; use spaces'],
  [
    'a:\n - b: 1\n  - c: 2',
    '3:3 not YAML: All sequence items must start at the same column; indent it like those before it',
  ],
  [
    'a: b: c',
    '1:4 not YAML: Nested mappings are not allowed in compact mappings; a text with ": " in it needs quotes around it',
  ],
  [
    'a: @b',
    '1:4 not YAML: Plain value cannot start with reserved character @; put quotes around the text',
  ],
  [
    'a: "\\d"',
    "1:5 not YAML: Invalid escape sequence \\d; between '…' a backslash is just a backslash",
  ],
  [
    "a: 'it's'",
    "1:8 not YAML: Unexpected scalar at node end; the text has ended at its second quote; between '…' a quote is written twice",
  ],
  ['a: *b', '1:4 no anchor &b before this alias'],
  ['{ a: 1 }: 2', '1:1 a key has to be text'],
  ['"a\\nb": 2', '1:1 missing key "scenario"'],
  ['a: 1\n---\nb: 2', '2:1 expected one scenario a file'],
  ['', '1:1 expected a map, got nothing'],
])('the text %j is reported with a position', (text, problem) => {
  expect(problems(text)[0]).toContain(`totals.yaml:${problem}`);
});

test('what an alias stands for is reported where it is written', () => {
  expect(problems(`scenario: x\ntools:\n  a: &a { retruns: 1 }\n  b: *a${turns}`)).toEqual([
    'totals.yaml:3:11 unknown key "retruns"; did you mean "returns"?',
    'totals.yaml:3:11 unknown key "retruns"; did you mean "returns"?',
  ]);
});

test('a number that JSON does not have cannot be returned', () => {
  expect(problems(`scenario: x\ntools: { a: { returns: .nan } }${turns}`)).toEqual([
    'totals.yaml:2:24 expected text, a number, true or false, null, a list or a map, got the number NaN',
  ]);
});

test('of a list or a number the one that is there is read', () => {
  const text = (cells: string) => `scenario: x${turns}\nexpect: { cells: ${cells} }`;
  expect(parseScenario(text('[{ prints: 7 }]')).data.expect?.cells).toEqual([{ prints: '7' }]);
  expect(parseScenario(text('{ max: 2 }')).data.expect?.cells).toEqual({ max: 2 });
  expect(problems(text('[{ prnts: 7 }]'))).toEqual([
    expect.stringContaining('unknown key "prnts"; did you mean "prints"?'),
  ]);
  expect(problems(text('many'))).toEqual([
    expect.stringContaining('expected a number, a map or a list, got text "many"'),
  ]);
});
