import { expect, test } from 'vitest';
import {
  assistant,
  fake,
  pausedConversation,
  results,
  runs,
  send,
  user,
} from '../../test/support/conversation.ts';
import { outline } from './outline.ts';

test('an outline shows what happened, not when or under which ids', async () => {
  const { api, history, first } = await pausedConversation({
    schedule: { faults: [{ on: 'call', takes: 3000 }] },
  });
  const messages = [...history, results(first, 'x'.repeat(300))];
  await send(api, { messages });
  await send(api, { messages, container: first.container!.id });
  expect(outline(api.transcript)).toMatchInlineSnapshot(`
    "user: Hi
      cell 1 runs
      cell 1 calls fetch_rows {"sku":"A"} → xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx… (300 characters)
      3000 ms pass (client)
      finding: container.required
      refused: 400
      cell 1 prints "7"
      says: Done.
      ends: end_turn"
  `);
});

test('an outline shows calls nobody answered, failed cells, and sessions apart', async () => {
  const { api } = fake(
    [
      [
        runs('broken'),
        { type: 'code_execution', code: '', error_code: 'unavailable' },
        runs('silent'),
      ],
      [
        { type: 'thinking', thinking: 'Hm.' },
        { type: 'tool_use', calls: [{ name: 'ask_user', input: {} }] },
      ],
    ],
    {
      broken: [{ stderr: 'Traceback\nKeyError: 1\n', return_code: 1 }],
      silent: [{ return_code: 3 }],
    },
  );
  const first = (await send(api, { messages: [user('Hi')] })).body;
  await send(api, { messages: [user('Hi'), assistant(first), user('Go on')] });
  await send(api, { messages: [user('Another')], max_tokens: -1 });
  await send(api, { messages: [user('Another')] });
  expect(outline(api.transcript)).toMatchInlineSnapshot(`
    "user: Hi
      cell 1 runs
      cell 1 raises KeyError: 1
      cell 2 runs
      cell 2 fails: unavailable
      cell 3 runs
      cell 3 ends with code 3
      ends: end_turn
    user: Go on
      thinks: Hm.
      calls ask_user {} → no answer

      finding: request.schema
      refused: 400

    user: Another
      cell 1 runs
      cell 1 raises KeyError: 1
      cell 2 runs
      cell 2 fails: unavailable
      cell 3 runs
      cell 3 ends with code 3
      ends: end_turn"
  `);
});

test('an outline of nothing is empty', () => {
  expect(outline([])).toBe('');
});
