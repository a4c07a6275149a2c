// #region test
import { call, python, scenario } from 'callsheet';
import { expect, test } from 'callsheet/vitest';
import { createChat } from './agent.ts';

const warmest = scenario('the warmer city', (claude) => {
  claude
    .onUser(/warmer/)
    .runs(python`
      degrees = {city: float(await temperature({"city": city})) for city in ["Oslo", "Rome"]}
      print(max(degrees, key=degrees.get))
    `)
    .says((turn) => `${turn.lastCell.stdout.trim()} is.`);
  claude.onUser('Thanks.').says('You are welcome.');
});

test('answers the first question; the second is refused', async ({ callsheet }) => {
  const api = callsheet.play(warmest, { allow: ['findings', 'unplayed'] });
  const ask = createChat(api.fetch);

  expect(await ask('Which is warmer, Oslo or Rome?')).toBe('Rome is.');
  expect(api.transcript).toHaveToolCalls([
    call('temperature', { city: 'Oslo' }),
    call('temperature', { city: 'Rome' }),
  ]);
  expect(api.transcript).toHaveCleanVerdict();

  // LangChain 1.5 leaves `code_execution_tool_result` blocks out of the history, and the API takes offence.
  await expect(ask('Thanks.')).rejects.toThrow(
    /without a corresponding `code_execution_tool_result`/,
  );
  expect(api.transcript).not.toHaveCleanVerdict();
});
// #endregion
