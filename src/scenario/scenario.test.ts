import { expect, test } from 'vitest';
import type { SessionView, TurnView } from '../protocol/session-view.ts';
import { call } from './expectations.ts';
import { scenario } from './scenario.ts';

const turn = (scripted: string, more: Partial<TurnView> = {}): TurnView => ({
  scripted,
  user: 'Hi',
  steps: 0,
  texts: [],
  cells: [],
  commands: [],
  calls: [],
  ...more,
});
const session = (...turns: TurnView[]): SessionView => ({ key: 's1', now: 0, turns });

const totals = scenario('weekly totals', (claude) => {
  claude
    .onUser(/total/i)
    .says('Fetching the rows.')
    .runs('rows = [3, 4]')
    .says(({ lastCell }) => `Total: ${lastCell.stdout.trim()}`);
  claude.onUser('Thanks!').optional().says('Welcome.');
  claude.onUser().calls('ask_user', { question: 'Which?' });
});

test('the data of a scenario is plain and complete', () => {
  const plain = scenario(
    'plain',
    (claude) => {
      claude.onUser(/mean/i, { user: 'The mean?' }).runs('print(1)', { prints: '1' });
      claude.onUser('Bye').calls(call('a', { x: 1 }), call('b'));
    },
    { tools: { a: { returns: 1 }, b: { returns: 2 } }, expect: { calls: [call('a', { x: 1 })] } },
  );
  expect(plain.data).toEqual({
    scenario: 'plain',
    tools: { a: { returns: 1 }, b: { returns: 2 } },
    turns: [
      { user: 'The mean?', match: '/mean/i', claude: [{ runs: 'print(1)', prints: '1' }] },
      {
        user: 'Bye',
        claude: [
          {
            calls: [
              { call: 'a', input: { x: 1 } },
              { call: 'b', input: {} },
            ],
          },
        ],
      },
    ],
    expect: { calls: [{ call: 'a', input: { x: 1 } }] },
  });
});

test('a pattern answers a message it matches', () => {
  expect(totals.answer('What is the TOTAL?', session())).toEqual({ turn: 'turn 1' });
});

test('a text answers the same text, white space around it aside', () => {
  expect(totals.answer('  Thanks!\n', session(turn('turn 1')))).toEqual({ turn: 'turn 2' });
});

test('an optional turn is skipped when the message is for the next one', () => {
  expect(totals.answer('Something else', session(turn('turn 1')))).toEqual({ turn: 'turn 3' });
});

test('a message for no turn that may come next is unexpected', () => {
  expect(totals.answer('Hello', session())).toMatchInlineSnapshot(`
    {
      "unexpected": "Scenario "weekly totals" expected turn 1 of 3 (user: /total/i), but the user said "Hello".",
    }
  `);
});

test('an unexpected message is told about optional turns too', () => {
  const mean = scenario('mean', (claude) => {
    claude.onUser('Hi').optional().says('Hi');
    claude.onUser(/mean/).says('3.5');
  });
  expect(mean.answer('Bye', session())).toMatchInlineSnapshot(`
    {
      "unexpected": "Scenario "mean" expected turn 1 of 2 (user: "Hi") or turn 2 of 2 (user: /mean/), but the user said "Bye".",
    }
  `);
});

test('a message after the last turn is unexpected', () => {
  expect(totals.answer('More', session(turn('turn 1'), turn('turn 3')))).toMatchInlineSnapshot(`
    {
      "unexpected": "Scenario "weekly totals" expected no user message after its last turn, turn 3, but the user said "More".",
    }
  `);
});

test('a pattern with a position of its own matches every time', () => {
  const again = scenario('g', (claude) => {
    claude.onUser(/total/g).says('1');
  });
  for (let i = 0; i < 3; i++) {
    expect(again.answer('total', session())).toEqual({ turn: 'turn 1' });
  }
});

test('the steps of a turn come in order, then it stops', () => {
  const result = {
    type: 'code_execution_result' as const,
    stdout: '7\n',
    stderr: '',
    return_code: 0,
    content: [],
  };
  const cells = [{ id: 'c', step: 1, code: 'rows = [3, 4]', container: 'k', calls: [], result }];
  const steps = [0, 1, 2, 3].map((steps) => totals.next(session(turn('turn 1', { steps, cells }))));
  expect(steps).toEqual([
    { type: 'text', text: 'Fetching the rows.' },
    { type: 'code_execution', code: 'rows = [3, 4]' },
    { type: 'text', text: 'Total: 7' },
    { type: 'stop', stop_reason: 'end_turn' },
  ]);
});

test('direct calls of a step are one tool_use step', () => {
  expect(totals.next(session(turn('turn 3')))).toEqual({
    type: 'tool_use',
    calls: [{ name: 'ask_user', input: { question: 'Which?' } }],
  });
});

test('what a function throws says in which step, such as reading the last cell before any has run', () => {
  expect(() => totals.next(session(turn('turn 1', { steps: 2 })))).toThrow(
    'Scenario "weekly totals", step 3 of turn 1 of 3 (user: /total/i): "lastCell" was read before any cell had run.',
  );
});

test('a function that makes no text is an error', () => {
  const odd = scenario('odd', (claude) => {
    claude.onUser('Hi').says(() => JSON.parse('null'));
  });
  expect(() => odd.next(session(turn('turn 1')))).toThrow(
    'Scenario "odd", step 1 of turn 1 of 1 (user: "Hi"): The function should have returned a text, but returned null.',
  );
});

test('a turn in which Claude does nothing is not valid', () => {
  expect(() => scenario('empty', (claude) => void claude.onUser('Hi'))).toThrow(
    'scenario "empty": turns[0].claude: expected at least one',
  );
});

test('a text its own pattern does not match is not valid', () => {
  expect(() =>
    scenario('odd', (claude) => void claude.onUser(/mean/, { user: 'Total?' }).says('7')),
  ).toThrow(`scenario "odd": turns[0].match: /mean/ does not match the turn's own "user" text`);
});

test('an expected call of a tool the scenario does not have is not valid', () => {
  expect(() =>
    scenario('odd', (claude) => void claude.onUser('Hi').says('Hi'), {
      tools: { fetch_rows: { returns: [] } },
      expect: { calls: [call('fetch_row')] },
    }),
  ).toThrow('"fetch_row" is not a tool of this scenario; did you mean "fetch_rows"?');
});
