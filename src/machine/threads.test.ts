import { expect, test } from 'vitest';
import {
  assistant,
  fake,
  findings,
  oneCall,
  results,
  runs,
  says,
  send,
  tools,
  user,
} from '../../test/support/conversation.ts';
import type { FakeApi } from '../api/create-fake-api.ts';
import type { Message } from '../protocol/message.ts';
import type { Step } from '../protocol/step.ts';

const headers = { 'anthropic-beta': 'other-2026-01-01,message-threads-2026-08-12' };
const create = { type: 'create' };
const after = ({ id }: Message) => ({ type: 'continue', previous_message_id: id });

const post = (api: FakeApi, body: object) => send(api, body, { headers });

/** Continues a thread: only what is new is sent, and no tools. */
const goOn = (api: FakeApi, previous: Message, body: object) =>
  post(api, { tools: undefined, thread: after(previous), ...body });

const talk: Step[][] = [[says('Hello.')], [says('Fine.')], [says('Bye.')]];

async function started(options: Parameters<typeof fake>[2] = {}) {
  const { api } = fake(talk, {}, options);
  const { body: first } = await post(api, {
    messages: [user('Hi')],
    system: 'Be kind.',
    thread: create,
  });
  return { api, first: first as Message };
}

test('[thread.continued] a request that continues a thread brings only what is new', async () => {
  const { api } = fake([[runs('cell'), says('Done.')], [says('Again.')]], { cell: oneCall });
  const { body: first } = await post(api, { messages: [user('Hi')], thread: create });
  const container = first.container.id;
  const answers = { messages: [results(first, '7')], container };
  const { body: second } = await goOn(api, first, answers);
  expect(second.content[0]).toMatchObject({ type: 'code_execution_tool_result' });
  const { body: third } = await goOn(api, second, { messages: [user('And?')], container });
  expect(third.content).toEqual([{ type: 'text', text: 'Again.' }]);
  expect(findings(api)).toEqual([]);
  expect(new Set(api.transcript.events.map(({ session }) => session)).size).toBe(1);
  const sent = api.transcript.events.filter((event) => event.type === 'request.received');
  expect(sent[1]!.body).toMatchObject({ messages: answers.messages, thread: after(first) });
  expect(sent[1]!.body).not.toHaveProperty('tools');
});

test('[thread.continued] the whole conversation counts as prompt', async () => {
  const { api, first } = await started();
  const { body: onThread } = await goOn(api, first, { messages: [user('How are you?')] });
  const { api: other } = fake(talk);
  await send(other, { messages: [user('Hi')], system: 'Be kind.' });
  const { body: whole } = await send(other, {
    messages: [user('Hi'), assistant(first), user('How are you?')],
    system: 'Be kind.',
  });
  expect(onThread.usage).toEqual(whole.usage);
});

test('[thread.continued] a paused turn goes on without any message', async () => {
  const { api } = fake([[says('Wait.'), { type: 'pause_turn' }, says('Done.')]]);
  const { body: first } = await post(api, { messages: [user('Hi')], thread: create });
  const { body: second } = await goOn(api, first, { messages: [] });
  expect(second.content).toEqual([{ type: 'text', text: 'Done.' }]);
});

test('[thread.continued] two threads that begin alike are two sessions', async () => {
  const { api } = fake(talk);
  const begin = async () => (await post(api, { messages: [user('Hi')], thread: create })).body;
  const [a, b] = [await begin(), await begin()];
  const next = { messages: [user('How are you?')] };
  const answers = [await goOn(api, b, next), await goOn(api, a, next)];
  expect(answers.map(({ body }) => body.content[0].text)).toEqual(['Fine.', 'Fine.']);
});

test('[thread.beta] a thread needs its beta header', async () => {
  const { api } = fake(talk);
  const { status, body } = await send(api, { messages: [user('Hi')], thread: create });
  expect([status, body.error]).toEqual([
    400,
    { type: 'invalid_request_error', message: 'thread: Extra inputs are not permitted' },
  ]);
});

test('[thread.not_found] a response that is unknown cannot be continued', async () => {
  const { api, first } = await started();
  const { status, body } = await goOn(api, { ...first, id: 'msg_1' }, { messages: [user('So?')] });
  expect([status, body.error]).toMatchObject([
    404,
    { type: 'not_found_error', details: { error_code: 'thread_not_found' } },
  ]);
});

test('[thread.not_found] a response that was not on a thread cannot be continued', async () => {
  const { api } = fake(talk);
  const { body: first } = await send(api, { messages: [user('Hi')] });
  const { body } = await goOn(api, first, { messages: [user('So?')] });
  expect(body.error.details).toEqual({ error_code: 'thread_not_found' });
});

test.each([
  [300_000, 200],
  [300_001, 404],
])('[thread.not_found] %d ms after a response it is continued: %d', async (takes, status) => {
  const steps: Step[] = [{ type: 'tool_use', calls: [{ name: 'ask_user', input: {} }] }];
  const schedule = { faults: [{ on: 'call' as const, takes }] };
  const { api } = fake([[...steps, says('Done.')]], {}, { schedule });
  const { body: first } = await post(api, { messages: [user('Hi')], thread: create });
  const late = await goOn(api, first, { messages: [results(first, 'yes')] });
  expect(late.status).toBe(status);
});

test('[thread.replayed] a conversation goes on when it is sent whole, as a new thread', async () => {
  const steps: Step[] = [{ type: 'tool_use', calls: [{ name: 'ask_user', input: {} }] }];
  const schedule = { faults: [{ on: 'call' as const, takes: 301_000 }] };
  const { api } = fake([[...steps, says('Done.')], [says('Bye.')]], {}, { schedule });
  const { body: first } = await post(api, { messages: [user('Hi')], thread: create });
  const reply = results(first, 'yes');
  await goOn(api, first, { messages: [reply] });
  const messages = [user('Hi'), assistant(first), reply];
  const { body: second } = await post(api, { messages, thread: create });
  expect(second.content).toEqual([{ type: 'text', text: 'Done.' }]);
  const { body: third } = await goOn(api, second, { messages: [user('Thanks.')] });
  expect(third.content).toEqual([{ type: 'text', text: 'Bye.' }]);
  // Time was up: that is nothing the client did wrong.
  expect(findings(api)).toEqual([]);
});

test('[thread.already_continued] a response is continued once; a replay gets the response that got lost', async () => {
  const { api } = fake([[runs('cell'), says('Done.')]], { cell: oneCall });
  const { body: first } = await post(api, { messages: [user('Hi')], thread: create });
  const container = first.container.id;
  const reply = results(first, '7');
  const { body: second } = await goOn(api, first, { messages: [reply], container });
  // The same request again is a retry: it is refused, but no mistake of the client. Another one is.
  for (const answer of ['7', '8']) {
    const again = await goOn(api, first, { messages: [results(first, answer)], container });
    expect([again.status, again.body.error.details]).toEqual([
      400,
      { error_code: 'thread_already_continued' },
    ]);
    const blamed = answer === '7' ? [] : ['thread.already_continued'];
    expect(findings(api).map(({ rule }) => rule)).toEqual(blamed);
  }
  const messages = [user('Hi'), assistant(first), reply];
  const replay = await post(api, { messages, container, thread: create });
  expect(replay.body).toEqual(second);
});

test('[thread.in_flight] while a response is being continued no other request can', async () => {
  const { api, first } = await started();
  const next = { messages: [user('How are you?')] };
  const [one, other] = await Promise.all([goOn(api, first, next), goOn(api, first, next)]);
  expect([one.status, other.status]).toEqual([200, 400]);
  expect(other.body.error.details).toEqual({ error_code: 'thread_continue_in_flight' });
});

test('a refused request leaves its thread as it was', async () => {
  const { api, first } = await started();
  const refused = await goOn(api, first, { messages: [user('So?')], container: 'container_1' });
  expect(refused.status).toBe(400);
  expect((await goOn(api, first, { messages: [user('So?')] })).status).toBe(200);
});

test.each([
  ['compared', { system: 'Be kind.' }, 200],
  ['compared', { tools }, 200],
  ['compared', { system: 'Be rude.' }, 400],
  ['compared', { tools: [] }, 400],
  ['rejected', { system: 'Be kind.' }, 400],
] as const)(
  '[thread.fingerprint_mismatch] with repeated fields %s, %j is a %d',
  async (threadRepeatedFields, fields, status) => {
    const { api, first } = await started({ fidelity: { threadRepeatedFields } });
    const answer = await goOn(api, first, { messages: [user('So?')], ...fields });
    expect(answer.status).toBe(status);
    if (status === 200) return;
    const [name] = Object.keys(fields);
    expect(answer.body.error).toMatchObject({
      message: `thread: \`${name}\` must stay the same across the turns of a thread.`,
      details: { error_code: 'thread_fingerprint_mismatch' },
    });
  },
);

test('[thread.unsupported] fields that threads do not support are named', async () => {
  const { api } = fake(talk);
  const request = { messages: [user('Hi')], thread: create, thinking: { type: 'adaptive' } };
  const { status, body } = await post(api, { ...request, fallbacks: [] });
  expect([status, body.error.details]).toEqual([
    400,
    { error_code: 'thread_unsupported_request', unsupported: ['fallbacks', 'thinking'] },
  ]);
  const { api: lenient } = fake(talk, {}, { fidelity: { threadUnsupported: [] } });
  expect((await post(lenient, request)).status).toBe(200);
});
