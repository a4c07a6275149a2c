// #region test
import { call, python, scenario } from 'callsheet';
import { failClosed, handlers } from 'callsheet/msw';
import { expect, test } from 'callsheet/vitest';
import { setupServer } from 'msw/node';
import { afterAll, afterEach, beforeAll, vi } from 'vitest';
import { ask } from './agent.ts';

const server = setupServer();
beforeAll(() => server.listen(failClosed)); // what no handler answers fails, instead of reaching the network
afterEach(() => server.resetHandlers());
afterAll(() => server.close());

const warmest = scenario('the warmer city', (claude) => {
  claude
    .onUser(/warmer/)
    .runs(python`
      import asyncio
      cities = ["Oslo", "Rome"]
      degrees = await asyncio.gather(*[temperature({"city": city}) for city in cities])
      print(max(zip(map(float, degrees), cities))[1])
    `)
    .says((turn) => `${turn.lastCell.stdout.trim()} is.`);
});

test('asks for both cities', async ({ callsheet }) => {
  vi.stubEnv('ANTHROPIC_API_KEY', 'test');
  const api = callsheet.play(warmest);
  server.use(...handlers(api));

  expect(await ask('Which is warmer, Oslo or Rome?')).toBe('Rome is.');

  expect(api.transcript).toHaveCellOutput('Rome');
  expect(api.transcript).toHaveToolCalls([
    call('temperature', { city: 'Oslo' }),
    call('temperature', { city: 'Rome' }),
  ]);
});
// #endregion
