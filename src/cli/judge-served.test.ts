import { expect, test } from 'vitest';
import { createCannedSandbox } from '../../test/support/canned-sandbox.ts';
import { send, user } from '../../test/support/conversation.ts';
import { createFakeApi } from '../api/create-fake-api.ts';
import { runScenario } from '../scenario/run-scenario.ts';
import { scenario, type Scenario } from '../scenario/scenario.ts';
import { judgeAll } from './judge-served.ts';
import { nameScenarios, playAny } from './scenario-choice.ts';

const two = scenario(
  'a chat and its title',
  (claude) => {
    claude
      .conversation('Title?', { name: 'title' })
      .onUser('Title?')
      .calls('ask', { n: 1 })
      .says('Chat');
    claude.onUser('Hi').calls('ask', { n: 2 }).says('Hi.');
  },
  {
    tools: { ask: { returns: 1, allowed_callers: ['direct'] } },
    expect: { counts: { ask: 2 }, requests: 4 },
  },
);

/** Plays a scenario, after something that `otherwise` answers. */
async function judged(played: Scenario): Promise<string[]> {
  const named = nameScenarios([{ file: 'played.yaml', scenario: played }]);
  await using api = createFakeApi({ script: playAny(named), sandbox: createCannedSandbox({}) });
  if (played.data.otherwise) await send(api, { messages: [user('Which title?')] });
  await runScenario(played, { api });
  const { runs } = judgeAll(named, api.transcript.events);
  return runs.flatMap(({ result }) => result.failures.map(({ message }) => message));
}

test('the conversations of a scenario are judged together', async () => {
  expect(await judged(two)).toEqual([]);
});

test('what `otherwise` answers plays no turn of its scenario, and need not', async () => {
  const one = scenario('with a title', (claude) => {
    claude.onUser('Hi').says('Hi.');
    claude.otherwise().says('A title.');
  });
  expect(await judged(one)).toEqual([]);
});
