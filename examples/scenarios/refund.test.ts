import Anthropic from '@anthropic-ai/sdk';
import { call, createFakeApi, generatedScript, never, python, runScenario, scenario } from 'callsheet';
import { expect, test } from 'callsheet/vitest';
import * as z from 'zod';

// #region typed
const refund = scenario(
  'a refund',
  (claude) => {
    claude
      .onUser(/refund/i, { user: 'Refund order 7, please.' })
      .thinks('Look the order up first.')
      .runs(
        python`
          import json
          order = json.loads(await find_order({"id": 7}))
          print(order["paid"])
        `,
        { prints: '120' },
      )
      .calls('approve', { amount: 120 }) // a wrong argument would not compile
      .when(
        { answered: 'yes' },
        (then) => then.runs('await refund({"id": 7})').says('It is on its way.'),
        (otherwise) => otherwise.says('That was not approved.'),
      );
    claude.onUser('Thank you!').optional().says('You are welcome.');
  },
  {
    tools: {
      find_order: {
        input_schema: z.object({ id: z.int() }),
        returns: { id: 7, paid: 120 },
      },
      approve: {
        input_schema: z.object({ amount: z.number() }),
        allowed_callers: ['direct'],
        returns: 'yes',
      },
      refund: {
        input_schema: z.object({ id: z.int() }),
        run: (input) => ({ refunded: input }), // in place of a fixed answer
        takes: 1500,
      },
    },
    expect: {
      calls: [
        call('find_order', { id: z.int().positive() }), // a schema, pattern or predicate may stand for a value
        call('approve', { amount: 120 }, { caller: 'direct', returns: 'yes' }),
        never(call('approve')),
        call('refund', { id: 7 }, { caller: 'code' }),
      ],
      text: 'You are welcome.',
    },
  },
);
// #endregion

test('a scenario with typed tools is played by the reference client', async ({ callsheet }) => {
  const api = callsheet.play(refund);
  expect(await runScenario(refund, { api })).toEqual({ ok: true, failures: [] });
});

// #region generated
const countdown = generatedScript('countdown', async function* (turn) {
  let left = Number(/\d+/.exec(turn.user)?.[0] ?? 0);
  while (left > 0) {
    const played = yield { type: 'code_execution', code: `print(${left} - 1)` };
    left = Number(played.lastCell.stdout);
  }
  yield { type: 'text', text: 'Lift-off.' };
});
// #endregion

test('a generator makes its turns up as it goes', async () => {
  await using api = createFakeApi({ script: countdown });
  const client = new Anthropic({ fetch: api.fetch, apiKey: 'test' });
  const { content } = await client.messages.create({
    model: 'claude-sonnet-4-6',
    max_tokens: 1024,
    tools: [{ type: 'code_execution_20260120', name: 'code_execution' }],
    messages: [{ role: 'user', content: 'Count from 3' }],
  });
  expect(content.at(-1)).toMatchObject({ text: 'Lift-off.' });
  expect(api.transcript).toHaveCellOutput('0');
});
