import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  assistant,
  fake,
  oneCall,
  results,
  runs,
  says,
  send,
  user,
} from '../../test/support/conversation.ts';
import type { FakeApi } from '../api/create-fake-api.ts';
import type { Message } from '../protocol/message.ts';

const names = Array.from({ length: 300 }, (_, i) => `conversation ${i}`);

function crowded(): FakeApi {
  const turn = [says('Fetching.'), runs('cell'), says('Done.')];
  return fake([turn, turn], { cell: oneCall }).api;
}

/** A whole conversation of two turns, each with a pause; yields between requests, so that a test can interleave them. */
async function* converse(api: FakeApi, name: string): AsyncGenerator<void, string> {
  const seen: Message[] = [];
  const messages: object[] = [];
  let container: string | undefined;
  for (const question of [name, 'And then?']) {
    messages.push(user(question));
    for (;;) {
      const { body } = await send(api, { messages, container });
      seen.push(body);
      container = body.container.id;
      messages.push(assistant(body));
      if (body.stop_reason === 'end_turn') break;
      messages.push(results(body, `answer to ${name}`));
      yield;
    }
  }
  return JSON.stringify(seen);
}

async function alone(name: string): Promise<string> {
  const conversation = converse(crowded(), name);
  for (;;) {
    const { done, value } = await conversation.next();
    if (done) return value;
  }
}

test('300 conversations at once are answered as each would be alone', async () => {
  const api = crowded();
  const together = await Promise.all(
    names.map(async (name) => {
      const conversation = converse(api, name);
      for (;;) {
        const { done, value } = await conversation.next();
        if (done) return value;
      }
    }),
  );
  for (const i of [0, 1, 150, 299]) expect(together[i]).toBe(await alone(names[i]!));
  expect(new Set(together).size).toBe(names.length);
});

test('the order in which requests arrive changes no byte of any conversation', async () => {
  const few = names.slice(0, 4);
  const expected = await Promise.all(few.map(alone));
  const order = fc.array(fc.nat({ max: few.length - 1 }), { maxLength: 30 });
  await fc.assert(
    fc.asyncProperty(order, async (turns) => {
      const api = crowded();
      const conversations = few.map((name) => converse(api, name));
      const outcomes = new Map<number, string>();
      // The drawn order first, then whatever is left, one conversation after the other.
      const rest = few.flatMap((_, i) => Array.from({ length: 4 }, () => i));
      for (const i of [...turns, ...rest]) {
        const { done, value } = await conversations[i]!.next();
        if (done && value !== undefined) outcomes.set(i, value);
      }
      expect(few.map((_, i) => outcomes.get(i))).toEqual(expected);
    }),
    { numRuns: 30 },
  );
});
