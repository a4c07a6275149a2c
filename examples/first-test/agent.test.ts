// #region test
import Anthropic from '@anthropic-ai/sdk';
import { call, python, scenario } from 'callsheet';
import { expect, test } from 'callsheet/vitest';
import { ask } from './agent.ts';

const total = scenario('the total of a SKU', (claude) => {
  claude
    .onUser(/total/i)
    .runs(python`
      import json
      rows = json.loads(await fetch_sales({"sku": "ABC123"}))
      print(sum(row["units"] for row in rows))
    `)
    .says((turn) => `The total is ${turn.lastCell.stdout.trim()}.`);
});

test('fetches the rows once', async ({ callsheet }) => {
  const api = callsheet.play(total);
  const client = new Anthropic({ fetch: api.fetch, apiKey: 'test' });

  expect(await ask(client, 'What is the total of ABC123?')).toBe('The total is 7.');
  expect(api.transcript).toHaveToolCalls([call('fetch_sales', { sku: 'ABC123' })]);
});
// #endregion
