import { expect, test } from 'vitest';
import {
  begins,
  cell,
  directCall,
  handMade,
  prints,
} from '../../../test/scenario/hand-made-transcript.ts';
import type { ExpectData } from '../data/expect-data.ts';
import { checkExpected } from './scenario.ts';

const usage = (input: number, output: number) => ({
  usage: { input_tokens: input, output_tokens: output },
});
const transcript = handMade(
  begins('1'),
  { type: 'request.received', request: 'r1', body: { messages: [] } },
  { type: 'container.created', container: 'k' },
  directCall('ask', {}),
  { type: 'response.sent', request: 'r1', status: 200, body: usage(100, 20) },
  { type: 'request.received', request: 'r2', body: { messages: [] } },
  directCall('ask', {}),
  { type: 'text.written', step: 1, text: 'It is 7.\n' },
  { type: 'response.sent', request: 'r2', status: 200, body: usage(150, 5) },
);

test('what is as expected is no failure', () => {
  const expected: ExpectData = {
    counts: { ask: 2, log: 0 },
    text: 'It is 7.',
    requests: { max: 2 },
    containers: 1,
    usage: { input_tokens: 250, output_tokens: { min: 1, max: 25 }, cache_read_input_tokens: 0 },
  };
  expect(checkExpected(transcript, expected)).toEqual([]);
  expect(checkExpected(transcript, { text: '/\\b7\\b/' })).toEqual([]);
});

test('what cannot be expected is an error, and never as expected', () => {
  expect(() => checkExpected(transcript, JSON.parse('{ "count": { "ask": 1 } }'))).toThrow(
    'expected.count: unknown key "count"; did you mean "counts"?',
  );
});

test.each<[ExpectData, string]>([
  [{ counts: { ask: 1 } }, 'Calls of ask: expected 1, but there were 2.'],
  [{ counts: { log: { min: 1 } } }, 'Calls of log: expected at least 1, but there were 0.'],
  [{ requests: { max: 1 } }, 'Requests: expected at most 1, but there were 2.'],
  [{ containers: { min: 2, max: 3 } }, 'Containers: expected 2 to 3, but there was 1.'],
  [
    { usage: { input_tokens: { max: 200 } } },
    'Input tokens in all responses: expected at most 200, but there were 250.',
  ],
  [
    { text: 'It is 8.' },
    'The last text is not the expected one.\n\n  expected "It is 8."\n  actual   "It is 7.\\n"',
  ],
  [
    { text: '/8/' },
    'The last text is not the expected one.\n\n  expected /8/\n  actual   "It is 7.\\n"',
  ],
])('%j is told from what there was', (expected, message) => {
  expect(checkExpected(transcript, expected).map((failure) => failure.message)).toEqual([message]);
});

const bash = (command: string, result: object) => [
  {
    type: 'command.started' as const,
    step: 0,
    command,
    container: 'k',
    tool: 'bash_code_execution' as const,
    input: { command },
  },
  {
    type: 'command.finished' as const,
    command,
    result: {
      type: 'bash_code_execution_result' as const,
      stdout: '',
      stderr: '',
      return_code: 0,
      content: [],
      ...result,
    },
  },
];
const used = handMade(
  begins('1'),
  cell('c1', 'print(7)'),
  prints('c1', '7\n'),
  cell('c2', 'rows'),
  prints('c2', '', { stderr: 'Traceback:\nNameError: rows\n', return_code: 1 }),
  ...bash('ls', { stdout: 'a\nb\n' }),
  cell('c3', 'await fetch({})'),
);

test('cells and commands are counted, or each is held to how it should end', () => {
  const first = [{ prints: '7' }, { raises: 'NameError' }];
  expect(checkExpected(used, { cells: { min: 3 }, commands: 1 })).toEqual([]);
  expect(checkExpected(used, { commands: [{ prints: 'a\nb' }] })).toEqual([]);
  const messages = (expected: ExpectData) =>
    checkExpected(used, expected).map(({ message }) => message);
  expect(messages({ cells: [...first, { prints: '8' }] })).toEqual(['Cell 3 of 3 has not ended.']);
  expect(messages({ cells: first, commands: 0 })).toEqual([
    'Cells: expected 2, but there were 3.',
    'Commands: expected 0, but there was 1.',
  ]);
  expect(messages({ cells: [{ prints: '8', return_code: 2 }], commands: [{ prints: 'a' }] }))
    .toMatchInlineSnapshot(`
    [
      "Cell 1 of 3 should have ended with return code 2, but ended without an error.",
      "Cell 1 of 3 printed something else than expected.

      line 1 of 1
        expected "8"
        actual   "7"",
      "Cells: expected 1, but there were 3.",
      "Command 1 of 1 printed something else than expected.

      line 2 of 2
        expected nothing more
        actual   "b"",
    ]
  `);
  expect(messages({ cells: [{}, {}] }).join('\n')).toContain(
    'Cell 2 of 3 ended with NameError: rows',
  );
});

const text = (role: string, content: string, more = {}) => ({
  role,
  content: [{ type: 'text', text: content, ...more }],
});
const requests = (...bodies: object[]) =>
  handMade(
    ...bodies.flatMap((body, i) => [
      { type: 'request.received' as const, request: `r${i}`, body },
      { type: 'response.sent' as const, request: `r${i}`, status: 200, body: {} },
    ]),
  );
const mark = { cache_control: { type: 'ephemeral' } };
const first = { system: 'Be short.', messages: [text('user', 'Hi', mark)] };
const unbroken: ExpectData = { cache_prefix: 'unbroken' };

test('a request that goes on where the one before ended keeps the prompt cache', () => {
  const second = {
    system: 'Be short.',
    messages: [text('user', 'Hi'), text('assistant', 'Hi.'), text('user', 'Bye', mark)],
  };
  expect(checkExpected(requests(first, second), unbroken)).toEqual([]);
});

test('a request that changes what was sent before breaks it, unless there is a reason', () => {
  const second = {
    system: 'Be short. It is 9 o’clock.',
    messages: [text('user', 'Hi!'), text('assistant', 'Hi.'), text('user', 'Bye')],
  };
  const broken = requests(first, second, second);
  expect(checkExpected(broken, unbroken).map(({ message }) => message)).toEqual([
    `Request 2 of session "s1" changes the system of request 1: no prompt cache covers them any more.

  $.system   expected "Be short."   actual "Be short. It is 9 o’clock."`,
    `Request 2 of session "s1" changes the messages of request 1: no prompt cache covers them any more.

  $.messages[0].content[0].text   expected "Hi"   actual "Hi!"`,
  ]);
  const allowed: ExpectData = {
    cache_prefix: { system: 'it tells the time', messages: 'it corrects itself' },
  };
  expect(checkExpected(broken, allowed)).toEqual([]);
});

test('a refused request is no break', () => {
  const [received] = requests({ messages: [text('user', 'Ho')] });
  const refused = { ...received!, request: 'refused' };
  expect(checkExpected([...requests(first), refused, ...requests(first)], unbroken)).toEqual([]);
});
