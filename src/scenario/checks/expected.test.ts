import { expect, test } from 'vitest';
import { directCall, handMade } from '../../../test/scenario/hand-made-transcript.ts';
import type { ExpectData } from '../data/expect-data.ts';
import { checkExpected } from './scenario.ts';

const usage = (input: number, output: number) => ({
  usage: { input_tokens: input, output_tokens: output },
});
const transcript = handMade(
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

test.each<[ExpectData, string]>([
  [{ counts: { ask: 1 } }, 'Expected 1 calls of ask, but there were 2.'],
  [{ counts: { log: { min: 1 } } }, 'Expected at least 1 calls of log, but there were 0.'],
  [{ requests: { max: 1 } }, 'Expected at most 1 requests, but there were 2.'],
  [{ containers: { min: 2, max: 3 } }, 'Expected 2 to 3 containers, but there were 1.'],
  [
    { usage: { input_tokens: { max: 200 } } },
    'Expected at most 200 input tokens in all responses, but there were 250.',
  ],
  [
    { text: 'It is 8.' },
    'The last text is not the expected one.\n\n  expected "It is 8."\n  actual   "It is 7.\\n"',
  ],
])('%j is told from what there was', (expected, message) => {
  expect(checkExpected(transcript, expected).map((failure) => failure.message)).toEqual([message]);
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
