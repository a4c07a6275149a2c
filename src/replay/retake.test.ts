import { expect, test } from 'vitest';
import {
  answers,
  first,
  head,
  question,
  second,
  session,
} from '../../test/support/recorded-session.ts';
import { messageIn } from '../cassette/body.ts';
import type { Exchange } from '../cassette/exchange.ts';
import { readCassette } from '../cassette/read-cassette.ts';
import { writeCassette } from '../cassette/write-cassette.ts';
import type { Fetch } from '../protocol/fetch.ts';
import { createReplay } from './replay.ts';
import { createRetake, type Retake, type RetakeOptions } from './retake.ts';

const ask = session[0]!.request!.body as Record<string, unknown> & { messages: object[] };
const assistant = ({ content }: { content: unknown }) => ({ role: 'assistant', content });
const say = (id: string, text: string) => ({
  ...second,
  id,
  content: [{ type: 'text', text }],
});

/** Three turns: with a paused cell, plain, plain. */
const thanks = { role: 'user', content: 'Thanks' };
const bye = { role: 'user', content: 'Bye' };
const turnOne = [question, assistant(first), answers, assistant(second)];
const welcome = say('msg_01welcome', 'Welcome.');
const farewell = say('msg_01farewell', 'Farewell.');
const recorded: Exchange[] = [
  ...session,
  exchange([...turnOne, thanks], welcome),
  exchange([...turnOne, thanks, assistant(welcome), bye], farewell),
];

function exchange(messages: object[], body: typeof second): Exchange {
  const id = 'container_01abcdef';
  return {
    request: { ...head, body: { ...ask, messages, container: id } },
    response: { status: 200, headers: {}, body },
  };
}

/** An agent that holds the conversation, whatever it is answered. Returns what it saw. */
async function converse(fetch: Fetch): Promise<unknown[]> {
  const messages: object[] = [];
  const seen: unknown[] = [];
  let id: string | undefined;
  for (const user of [question, thanks, bye]) {
    messages.push(user);
    for (;;) {
      const body = { ...ask, messages, ...(id !== undefined && { container: id }) };
      const init = { method: 'POST', body: JSON.stringify(body) };
      const response = await fetch('https://api.anthropic.com/v1/messages', init);
      const message: any = await response.json();
      seen.push(message);
      if (response.status !== 200) return seen;
      messages.push(assistant(message));
      id = message.container?.id ?? id;
      const calls = message.content.filter(({ type }: { type: string }) => type === 'tool_use');
      if (calls.length === 0) break;
      const results = calls.map((call: { id: string }) => ({
        type: 'tool_result',
        tool_use_id: call.id,
        content: '7',
      }));
      messages.push({ role: 'user', content: results });
    }
  }
  return seen;
}

/** An API whose answers come in their order. */
function answering(...bodies: object[]): { fetch: Fetch; asked: any[] } {
  const asked: any[] = [];
  return {
    asked,
    fetch: async (input, init) => {
      asked.push(await new Request(input, init).json());
      const body: any = bodies.shift();
      return Response.json(body, { status: body.type === 'error' ? 529 : 200 });
    },
  };
}

function retakeOf(options: RetakeOptions): Retake {
  return createRetake(readCassette(writeCassette(recorded)), options);
}

test('a turn in the middle is recorded again; what comes after it goes on from it', async () => {
  const api = answering(say('msg_02welcome', 'You are welcome.'));
  const retake = retakeOf({ turn: 2, fetch: api.fetch });
  const seen = await converse(retake.fetch);
  expect(seen.map((message: any) => message.id)).toEqual([
    'msg_01first',
    'msg_01second',
    'msg_02welcome',
    'msg_01farewell',
  ]);
  expect(api.asked).toEqual([(recorded[2]!.request as { body: unknown }).body]);
  const now = retake.exchanges();
  expect(now.map(({ response }) => messageIn(response!)?.id)).toEqual(
    seen.map((message: any) => message.id),
  );
  expect(now[0]).toMatchObject(recorded[0]!);

  const replay = createReplay(readCassette(writeCassette(now)));
  expect(await converse(replay.fetch)).toEqual(seen);
  replay.assertPlayed();
  expect(replay.differences).toEqual([]);
});

test('a turn with another number of pauses, another container and a failed try', async () => {
  const moved = { id: 'container_02uvwxyz', expires_at: '2035-01-01T00:05:00.000000Z' };
  const call = { type: 'tool_use', id: 'toolu_02abcdef', name: 'fetch_rows', input: {} };
  const answersNow = [
    { ...first, id: 'msg_02first', content: [call], container: moved },
    { type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } },
    { ...first, id: 'msg_02again', content: [{ ...call, id: 'toolu_03abcdef' }], container: moved },
    { ...say('msg_02third', 'Seven.'), container: moved },
  ];
  const api = answering(...answersNow);
  const retake = retakeOf({ turn: 1, fetch: api.fetch });
  const retrying: Fetch = async (input, init) => {
    const response = await retake.fetch(input, init);
    if (response.status !== 529) return response;
    await response.text();
    return retake.fetch(input, init);
  };
  const seen = await converse(retrying);
  expect(seen.map((message: any) => message.id)).toEqual([
    'msg_02first',
    'msg_02again',
    'msg_02third',
    'msg_01welcome',
    'msg_01farewell',
  ]);
  const now = retake.exchanges();
  expect(now).toHaveLength(6);
  expect(now.at(-2)?.request?.body).toMatchObject({ container: moved.id });
  expect(now.at(-1)?.request?.body).toMatchObject({ container: 'container_01abcdef' });
});

test('what was redacted stays so, and new secrets get placeholders of their own', async () => {
  const text = readCassette(
    writeCassette(recorded).replaceAll('Farewell.', 'Write to [redacted:email#1].'),
  );
  const api = answering(say('msg_02welcome', 'I am bob@example.org.'));
  const retake = createRetake(text, { turn: 2, fetch: api.fetch });
  await converse(retake.fetch);
  const written = writeCassette(retake.exchanges());
  expect(written).toContain('I am [redacted:email#2].');
  expect(written).not.toContain('bob@');
});

test('a turn that is not there, not asked for or not finished is an error', async () => {
  expect(() => retakeOf({ turn: 4 })).toThrow('there is no turn 4: the cassette has turns 1 to 3');
  const refuse = answering({ type: 'error', error: { message: 'Overloaded' } });
  const retake = retakeOf({ turn: 3, fetch: refuse.fetch });
  expect(() => retake.exchanges()).toThrow('turn 3 was not asked for');
  await converse(retake.fetch);
  expect(() => retake.exchanges()).toThrow(
    'turn 3 did not come to its end; the API answered 529: Overloaded',
  );
});

test('what is neither the turn nor recorded is a miss, and does not reach the API', async () => {
  const api = answering();
  const retake = retakeOf({ turn: 2, fetch: api.fetch });
  const response = await retake.fetch('https://api.anthropic.com/v1/messages/count_tokens', {
    method: 'POST',
    body: '{}',
  });
  expect(response.status).toBe(404);
  expect(api.asked).toEqual([]);
});
