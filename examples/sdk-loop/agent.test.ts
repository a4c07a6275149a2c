// #region test
import Anthropic from '@anthropic-ai/sdk';
import { call, python, scenario } from 'callsheet';
import { expect, test } from 'callsheet/vitest';
import { createChat } from './agent.ts';

const totals = scenario('weekly totals', (claude) => {
  claude
    .onUser(/total/i)
    .says('Fetching the rows.')
    .runs(python`
      import json
      rows = json.loads(await fetch_sales_data({"sku": "ABC123"}))
      print(sum(row["units"] for row in rows))
    `)
    .says((turn) => `The total is ${turn.lastCell.stdout.trim()}.`);
  claude
    .onUser(/mean/i)
    .runs(python`print(sum(row["units"] for row in rows) / len(rows))`) // the rows are still there
    .says((turn) => `The mean is ${turn.lastCell.stdout.trim()}.`);
});

test('asks for the rows once', async ({ callsheet }) => {
  const api = callsheet.play(totals);
  const ask = createChat(new Anthropic({ fetch: api.fetch, apiKey: 'test' }));

  expect(await ask('What is the total for ABC123?')).toBe('The total is 7.');
  expect(await ask('And the mean?')).toBe('The mean is 3.5.');

  expect(api.transcript).toHaveToolCalls([call('fetch_sales_data', { sku: 'ABC123' })]);
});
// #endregion

// #region snapshot
test('a transcript is a small snapshot', async ({ callsheet }) => {
  const api = callsheet.play(totals, { allow: ['unplayed'] });
  await createChat(new Anthropic({ fetch: api.fetch, apiKey: 'test' }))('What is the total?');

  expect(api.transcript).toMatchInlineSnapshot(`
    user: What is the total?
      says: Fetching the rows.
      cell 1 runs
      cell 1 calls fetch_sales_data {"sku":"ABC123"} → [{"units":3},{"units":4}]
      cell 1 prints "7"
      says: The total is 7.
      ends: end_turn
  `);
});
// #endregion
