// #region test
import { call, python, scenario } from 'callsheet';
import { expect, test } from 'callsheet/vitest';
import { ask } from './agent.ts';

const warmest = scenario('the warmer city', (claude) => {
  claude
    .onUser(/warmer/)
    .runs(python`
      degrees = {city: float(await temperature({"city": city})) for city in ["Oslo", "Rome"]}
      print(max(degrees, key=degrees.get))
    `)
    .says((turn) => `${turn.lastCell.stdout.trim()} is.`);
});

test('asks for one city after the other', async ({ callsheet }) => {
  const api = callsheet.play(warmest);

  expect(await ask('Which is warmer, Oslo or Rome?', api.fetch)).toBe('Rome is.');

  expect(api.transcript).toHaveToolCalls([
    call('temperature', { city: 'Oslo' }),
    call('temperature', { city: 'Rome' }),
  ]);
});
// #endregion
