import { expect, test } from 'vitest';
import {
  answers,
  first,
  head,
  question,
  second,
  session,
} from '../../test/support/recorded-session.ts';
import type { Exchange } from '../cassette/exchange.ts';
import { encodeEvent, messageToEvents } from '../protocol/stream.ts';
import { readCassette } from '../cassette/read-cassette.ts';
import { writeCassette } from '../cassette/write-cassette.ts';
import { createReplay, type Replay, type ReplayOptions } from './replay.ts';

const file = 'a.yaml';
const replayOf = (exchanges: readonly Exchange[], options: ReplayOptions = {}): Replay =>
  createReplay(readCassette(writeCassette(exchanges)), { file, ...options });

async function send(
  replay: Replay,
  body: unknown,
  path = '/v1/messages',
): Promise<{ status: number; body: any }> {
  const response = await replay.fetch(`https://api.anthropic.com${path}`, {
    method: 'POST',
    body: JSON.stringify(body),
  });
  return { status: response.status, body: await response.json() };
}
const [opening, goingOn] = session.map(({ request }) => request?.body as Record<string, any>);

test('a conversation is played in its order, and its transcript is that of a fake', async () => {
  const replay = replayOf(session);
  expect(await send(replay, opening)).toEqual({ status: 200, body: first });
  const [unplayed] = replay.failures();
  expect(unplayed?.code).toBe('exchange.unplayed');
  expect(unplayed?.message).toMatch(/^a\.yaml:\d+: POST \/v1\/messages was never played\.$/);
  expect(await send(replay, goingOn)).toMatchObject({ status: 200 });
  replay.assertPlayed();
  expect(replay.transcript.events.map(({ type }) => type)).toContain('cell.finished');
});

test('a reworded prompt is reported, and fatal only when that is asked for', async () => {
  const reworded = { ...opening, messages: [{ ...question, content: 'How many rows are there?' }] };
  const replay = replayOf(session);
  expect((await send(replay, reworded)).status).toBe(200);
  expect(replay.differences).toEqual([
    'a.yaml:1 messages.0.text  recorded "How many rows?"  sent "How many rows are there?"',
  ]);
  const strict = replayOf(session, { strictness: { messages: 'exact' } });
  expect((await send(strict, reworded)).body.error.message).toBe(
    'callsheet: No recorded exchange answers POST /v1/messages. The nearest is a.yaml:1 (turn 1); it differs first at\n' +
      '  messages.0.content  recorded "How many rows?"  sent "How many rows are there?"\n' +
      'Send what was recorded, or record turn 1 again: callsheet record --only 1 --out a.yaml -- COMMAND',
  );
  expect(() => strict.assertPlayed()).toThrow(/No recorded exchange answers/);
});

test('a client that forgets the container gets the words of the API, and the exchange stays', async () => {
  const replay = replayOf(session);
  await send(replay, opening);
  const { container: _, ...without } = goingOn!;
  const { status, body } = await send(replay, without);
  expect(status).toBe(400);
  expect(body.error.message).toMatch(/^container_id is required/);
  expect(replay.transcript.events).toContainEqual(
    expect.objectContaining({ type: 'finding', rule: 'container.required' }),
  );
  expect((await send(replay, goingOn)).status).toBe(200);
  expect(replay.failures()).toEqual([]);
});

test('a rule that the recorded client broke too is not held against this one', async () => {
  const { container: _, ...without } = goingOn!;
  const recorded = [session[0]!, { ...session[1]!, request: { ...head, body: without } }];
  const replay = replayOf(recorded);
  await send(replay, opening);
  expect((await send(replay, without)).status).toBe(200);
});

test('thinking of an earlier turn may be left out, but not be changed, also where no block has an id', async () => {
  const thinking = { type: 'thinking', thinking: 'Hm.', signature: 'EqMBCkYIBxgCKkA' };
  const said = { ...second, content: [thinking, { type: 'text', text: 'Seven.' }] };
  const messages = (...before: object[]) => [
    question,
    { role: 'assistant', content: [...before, said.content[1]] },
    { role: 'user', content: 'Sure?' },
  ];
  const recorded: Exchange[] = [
    { ...session[0]!, response: { status: 200, headers: {}, body: said } },
    {
      request: { ...head, body: { ...opening, messages: messages(thinking) } },
      response: { status: 200, headers: {}, body: { ...second, id: 'msg_01third' } },
    },
  ];
  const findings = async (...before: object[]) => {
    const replay = replayOf(recorded, { strictness: { messages: 'ignored' } });
    await send(replay, opening);
    await send(replay, { ...opening, messages: messages(...before) });
    return replay.transcript.events.flatMap((event) =>
      event.type === 'finding' ? [event.path] : [],
    );
  };
  expect(await findings(thinking)).toEqual([]);
  expect(await findings()).toEqual([]);
  expect(await findings({ ...thinking, thinking: 'Ha.' })).toEqual([
    'messages.1.content.0.thinking',
  ]);
});

test('another reply than the recorded one is reported', async () => {
  const replay = replayOf(session);
  await send(replay, opening);
  const messages = goingOn!['messages'].with(2, {
    ...answers,
    content: [{ ...answers.content[0], content: '8' }],
  });
  expect((await send(replay, { ...goingOn, messages })).status).toBe(200);
  expect(replay.differences).toHaveLength(1);
});

test('each key plays the cassette for itself', async () => {
  const replay = replayOf(session);
  const both = [opening, goingOn].flatMap((body) => ['a', 'b'].map((key) => ({ body, key })));
  for (const { body, key } of both) {
    expect((await send(replay, body, `/s/${key}/v1/messages`)).status).toBe(200);
  }
  expect(replay.failures()).toEqual([]);
});

test('responses alone are played in their order, in the form that is asked for', async () => {
  const replay = replayOf(session.map(({ response }) => ({ response })));
  expect((await send(replay, { anything: true })).body).toEqual(first);
  const streamed = await replay.fetch('https://api.anthropic.com/v1/messages', {
    method: 'POST',
    body: '{"stream":true}',
  });
  expect(streamed.headers.get('content-type')).toMatch(/^text\/event-stream/);
  expect(await streamed.text()).toContain('event: message_stop');
  replay.assertPlayed();
});

test('where the recorded client went away, one that stays sees its connection end', async () => {
  const events = messageToEvents(second, { form: 'sampled' }).slice(0, 3);
  const raw = events.map((event) => encodeEvent(event)).join('');
  const response = { status: 200, headers: {}, stream: { raw, events } };
  const cut: Exchange = { ...session[0]!, response, ended: { by: 'client', at: 5 } };
  const ask = async (signal: AbortSignal | null = null) => {
    const init = { method: 'POST', body: JSON.stringify({ ...opening, stream: true }), signal };
    const { fetch } = replayOf([cut]);
    const answer = await fetch('https://api.anthropic.com/v1/messages', init);
    return answer.body!.getReader();
  };
  const staying = await ask();
  const { value } = await staying.read();
  expect(Buffer.from(value ?? []).toString()).toBe(raw);
  const error = await staying.read().catch((each: Error) => each);
  expect(error).toMatchObject({
    message: 'terminated',
    cause: { message: expect.stringContaining('its client went away') },
  });

  const going = new AbortController();
  const reader = await ask(going.signal);
  await reader.read();
  const pending = reader.read();
  going.abort();
  await expect(pending).rejects.toThrow('aborted');
});

test('an error and the answer to its retry come in their order', async () => {
  const overloaded = { type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } };
  const response = { status: 529, headers: {}, body: overloaded };
  const replay = replayOf([{ ...session[0]!, response }, session[0]!]);
  expect(await send(replay, opening)).toEqual({ status: 529, body: overloaded });
  expect((await send(replay, opening)).status).toBe(200);
  replay.assertPlayed();
});
