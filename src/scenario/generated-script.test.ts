import { expect, test } from 'vitest';
import { createCannedSandbox } from '../../test/support/canned-sandbox.ts';
import {
  assistant,
  oneCall,
  results,
  runs,
  says,
  send,
  user,
} from '../../test/support/conversation.ts';
import { createFakeApi } from '../api/create-fake-api.ts';
import { checkPlayed } from './checks/played.ts';
import { generatedScript, type WriteSteps } from './generated-script.ts';

function fakeOf(write: WriteSteps) {
  const sandbox = createCannedSandbox({ cell: oneCall });
  return createFakeApi({ script: generatedScript('counting', write), sandbox });
}

const stop = { type: 'stop', stop_reason: 'end_turn' } as const;
const textOf = (message: { content: { text?: string }[] }) =>
  message.content.flatMap(({ text }) => text ?? []).join(' ');

test('a generator sees what came of its steps, and what the user says next', async () => {
  const api = fakeOf(async function* (turn) {
    const first = turn.user;
    turn = yield runs('cell');
    yield says(
      `${first} printed ${turn.lastCell.stdout.trim()}, told ${turn.lastCell.calls[0]?.answer?.content}.`,
    );
    turn = yield stop;
    yield says(`Then ${turn.user}, turn ${turn.session.turns.length}.`);
  });
  const paused = (await send(api, { messages: [user('Rows?')] })).body;
  expect(paused.stop_reason).toBe('tool_use');
  const history = [user('Rows?'), assistant(paused), results(paused, '[7]')];
  const done = (await send(api, { messages: history, container: paused.container.id })).body;
  expect(textOf(done)).toBe('Rows? printed 7, told [7].');
  const messages = [...history, assistant(done), user('thanks')];
  const last = (await send(api, { messages })).body;
  expect([textOf(last), last.stop_reason]).toEqual(['Then thanks, turn 2.', 'end_turn']);
});

test('each session has a generator of its own', async () => {
  let begun = 0;
  const api = fakeOf(async function* () {
    yield says(`Session ${++begun}.`);
    yield stop;
    yield says('Again.');
  });
  const [a, b] = [user('A'), user('B')];
  const first = (await send(api, { messages: [a] })).body;
  const second = (await send(api, { messages: [b] })).body;
  expect([textOf(first), textOf(second)]).toEqual(['Session 1.', 'Session 2.']);
  const again = await send(api, { messages: [a, assistant(first), user('?')] });
  expect([textOf(again.body), begun]).toEqual(['Again.', 2]);
});

test('a message after its end is refused, as often as it comes, with what was expected', async () => {
  const api = fakeOf(async function* () {
    yield says('Hi.');
  });
  const first = (await send(api, { messages: [user('Hi')] })).body;
  const messages = [user('Hi'), assistant(first), user('More')];
  for (const attempt of [1, 2]) {
    const { status, body } = await send(api, { messages });
    expect([attempt, status, body.error.message]).toEqual([
      attempt,
      400,
      expect.stringContaining(
        'Script "counting" expected no user message after turn 1, where its generator ended, but the user said "More".',
      ),
    ]);
  }
});

test('what a generator throws is told to the client, as often as it tries', async () => {
  const api = fakeOf(async function* () {
    const turn = yield says('Hm.');
    yield says(turn.lastAnswer('approve'));
  });
  for (const attempt of [1, 2]) {
    const { status, body } = await send(api, { messages: [user('Hi')] });
    expect([attempt, status, body.error.message]).toEqual([
      attempt,
      500,
      expect.stringContaining('"lastAnswer" was read before a call of approve'),
    ]);
  }
});

test('a turn that was left in the middle is not played, and says where it stopped', async () => {
  const script = generatedScript('asking', async function* () {
    yield says('Hm.');
    yield { type: 'tool_use', calls: [{ name: 'ask_user', input: { question: 'Which?' } }] };
    yield says('I see.');
  });
  const api = createFakeApi({ script, sandbox: createCannedSandbox({}) });
  const asked = (await send(api, { messages: [user('Hi')] })).body;
  const left = checkPlayed(script, api.transcript).map(({ message }) => message);
  expect(left.map((message) => message.replace(/"s-\w+"/, '"s"'))).toEqual([
    'Turn 1 of session "s" (user: "Hi") was not finished: it stopped after step 2, waiting for an answer to ask_user({"question":"Which?"}).',
  ]);
  await send(api, { messages: [user('Hi'), assistant(asked), results(asked, 'That one.')] });
  expect(checkPlayed(script, api.transcript)).toEqual([]);
});
