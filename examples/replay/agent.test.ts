// The agent of ../sdk-loop against a recorded session. The cassette here was recorded from callsheet's own fake; yours
// comes from the API: `npx callsheet record --out totals.cassette.yaml -- node agent.js`.
// #region test
import Anthropic from '@anthropic-ai/sdk';
import { expect, test } from 'callsheet/vitest';
import { createChat } from '../sdk-loop/agent.ts';

const cassette = new URL('totals.cassette.yaml', import.meta.url);

test('goes as it went when it was recorded', async ({ callsheet }) => {
  const api = callsheet.replay(cassette);
  const ask = createChat(new Anthropic({ fetch: api.fetch, apiKey: 'test' }));

  expect(await ask('What is the total for ABC123?')).toBe('The total is 7.');
  expect(await ask('And the mean?')).toBe('The mean is 3.5.');

  expect(api.transcript).toMatchCassette(cassette);
});
// #endregion
