// Run it with: node --test examples/node-test/agent.test.mjs
import assert from 'node:assert/strict';
import { test } from 'node:test';
import Anthropic from '@anthropic-ai/sdk';
import { assertScenario, call, createFakeApi, python, scenario } from 'callsheet';
import { ask } from './agent.mjs';

const warmest = scenario(
  'the warmer city',
  (claude) => {
    claude
      .onUser(/warmer/)
      .runs(
        python`
          import asyncio
          cities = ["Oslo", "Rome"]
          degrees = await asyncio.gather(*[temperature({"city": city}) for city in cities])
          print(max(zip(map(float, degrees), cities))[1])
        `,
        { prints: 'Rome' },
      )
      .says((turn) => `${turn.lastCell.stdout.trim()} is.`);
  },
  {
    expect: {
      calls: [call('temperature', { city: 'Oslo' }), call('temperature', { city: 'Rome' })],
    },
  },
);

test('asks for both cities and says which is warmer', async (t) => {
  const api = createFakeApi({ script: warmest });
  t.after(() => api.dispose());
  const client = new Anthropic({ fetch: api.fetch, apiKey: 'test' });
  assert.equal(await ask(client, 'Which is warmer, Oslo or Rome?'), 'Rome is.');
  assertScenario(warmest, api.transcript);
});
