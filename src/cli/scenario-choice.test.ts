import { expect, test } from 'vitest';
import type { SessionView, TurnView } from '../protocol/session-view.ts';
import { scenario } from '../scenario/scenario.ts';
import { eventsOf, nameScenarios, playAny } from './scenario-choice.ts';

const greeting = scenario('greeting', (claude) => {
  claude.onUser('Hi').says('Hello.');
  claude.onUser('And you?').says('Fine.');
});
const farewell = scenario('farewell', (claude) => {
  claude.onUser('Bye').says('See you.');
});
const anything = scenario('anything', (claude) => {
  claude.onUser().says('What?');
});

const slow = scenario('slow', (claude) => void claude.onUser('Slowly').says('…'), {
  tools: { fetch: { returns: 1, takes: 5000 } },
  web: [{ url: 'https://a.example/', title: 'A', content: 'A.' }],
});

const named = nameScenarios([
  { file: 'a/hi.yaml', scenario: greeting },
  { file: 'a/bye.yml', scenario: farewell },
  { file: 'b/hi.yaml', scenario: anything },
  { file: 'slow.yaml', scenario: slow },
]);
const script = playAny(named);

const turn = (scripted: string): TurnView => ({
  scripted,
  user: '',
  steps: 0,
  texts: [],
  cells: [],
  commands: [],
  calls: [],
});
const session = (turns: TurnView[] = [], key = 's'): SessionView => ({ key, now: 0, turns });

test('a scenario is named after its file, or its path where names are not unique', () => {
  expect(named.map(({ label }) => label)).toEqual(['a/hi', 'bye', 'b/hi', 'slow']);
});

test('the first scenario whose first turn fits answers', async () => {
  expect(await script.answer('Bye', session())).toEqual({ turn: 'bye: turn 1' });
  expect(await script.answer('Hm', session())).toEqual({ turn: 'b/hi: turn 1' });
});

test('a scenario alone is played as it is, its turns under their own names', () => {
  const alone = nameScenarios([{ file: 'a/hi.yaml', scenario: greeting }]);
  expect(playAny(alone)).toBe(greeting);
  const event = { session: 's', at: 0, type: 'turn.started', turn: 0, user: 'Hi' } as const;
  const events = [{ ...event, scripted: 'turn 1' }];
  expect(eventsOf(alone[0]!, events)).toEqual(events);
});

test('a session goes on with the scenario it began with', async () => {
  const begun = session([turn('a/hi: turn 1')]);
  expect(await script.answer('And you?', begun)).toEqual({ turn: 'a/hi: turn 2' });
  expect(await script.answer('Bye', begun)).toMatchObject({
    unexpected: expect.stringContaining('Scenario "greeting" expected'),
  });
  expect(await script.next(begun)).toEqual({ type: 'text', text: 'Hello.' });
});

test('a session key chooses a scenario by its name', async () => {
  expect(await script.answer('Hi', session([], 'bye'))).toHaveProperty('unexpected');
  expect(await script.answer('Bye', session([], 'b/hi.7'))).toEqual({ turn: 'b/hi: turn 1' });
});

test('the web and the tools of a session are those of its scenario', async () => {
  const search = { tool: 'web_search', input: { query: 'A' } } as const;
  const [inSlow, inBye] = [session([turn('slow: turn 1')]), session([turn('bye: turn 1')])];
  expect(await script.web?.(search, inSlow)).toMatchObject({ pages: [{ title: 'A' }] });
  expect(await script.web?.(search, inBye)).toBeUndefined();
  expect(script.takes?.('fetch', inSlow)).toBe(5000);
  expect(script.takes?.('fetch', inBye)).toBeUndefined();
});
