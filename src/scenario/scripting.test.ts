import { expect, test } from 'vitest';
import { type Canned, createCannedSandbox } from '../../test/support/canned-sandbox.ts';
import { send, user } from '../../test/support/conversation.ts';
import { createFakeApi } from '../api/create-fake-api.ts';
import type { ClaudeScript } from './claude-script.ts';
import { runScenario } from './run-scenario.ts';
import { scenario, type ScenarioOptions } from './scenario.ts';

const cells: Record<string, Canned[]> = {
  'print(7)': [{ stdout: '7\n' }],
  'print(8)': [{ stdout: '8\n' }],
  'await fetch()': [
    { calls: [{ key: '1', name: 'fetch', input: {}, line: 1 }] },
    { stdout: 'fetched\n' },
  ],
};

/** Plays a scenario with the reference client. Returns what went wrong, and the blocks and reasons of every response. */
async function play(write: (claude: ClaudeScript) => void, options: ScenarioOptions = {}) {
  const played = scenario('scripted', write, options);
  const api = createFakeApi({ script: played, sandbox: createCannedSandbox(cells) });
  const { failures } = await runScenario(played, { api });
  const responses = api.transcript.events.flatMap((event) =>
    event.type === 'response.sent' && 'stop_reason' in event.body ? [event.body] : [],
  );
  const texts = responses.flatMap(({ content }) =>
    Array.isArray(content) ? content.flatMap((block) => ('text' in block ? [block.text] : [])) : [],
  );
  return {
    problems: failures.map(({ message }) => message),
    stops: responses.map(({ stop_reason }) => stop_reason),
    blocks: responses.map(({ content }) =>
      Array.isArray(content) ? content.map(({ type }) => type).join(' ') : '',
    ),
    texts,
  };
}

const approve = { allowed_callers: ['direct' as const] };

test('a branch is taken by what the agent answered', async () => {
  const write = (claude: ClaudeScript): void => {
    claude
      .onUser('Delete it.')
      .calls('approve', { what: 'it' })
      .when(
        { answered: '/^yes/i', tool: 'approve' },
        (claude) => claude.runs('print(7)').says('Deleted.'),
        (claude) => claude.says('Left alone.'),
      )
      .says('Done.');
  };
  const tools = { approve: { ...approve, returns: 'Yes, go on.' } };
  expect(await play(write, { tools })).toMatchObject({
    problems: [],
    texts: ['Deleted.', 'Done.'],
  });
  const other = { approve: { ...approve, returns: 'no' } };
  expect(await play(write, { tools: other })).toMatchObject({
    problems: [],
    texts: ['Left alone.', 'Done.'],
  });
});

test('a branch stays what it was, whatever is answered later', async () => {
  const { texts, problems } = await play(
    (claude) => {
      claude
        .onUser('Go.')
        .calls('approve')
        .when(
          (turn) => turn.lastAnswer('approve') === 'first',
          (claude) => claude.calls('approve').says('Inside.').says('Still inside.'),
          (claude) => claude.says('Outside.'),
        );
    },
    {
      tools: {
        approve: { ...approve, answers: [{ returns: 'first', times: 1 }, { returns: 'second' }] },
      },
    },
  );
  expect(problems).toEqual([]);
  expect(texts).toEqual(['Inside.', 'Still inside.']);
});

test('a branch is taken by what a cell printed', async () => {
  const { texts } = await play((claude) => {
    claude
      .onUser('Go.')
      .runs('print(7)')
      .when({ printed: '7' }, (claude) => claude.says('Seven.'))
      .when({ printed: '8' }, (claude) => claude.says('Eight.'));
  });
  expect(texts).toEqual(['Seven.']);
});

test('Claude thinks, pauses and stops for other reasons than being done', async () => {
  const { stops, blocks, problems } = await play((claude) => {
    claude
      .onUser('Go.')
      .thinks('Hm.')
      .pauses((claude) => claude.runs('print(7)', { prints: '7' }))
      .says('Seven, of')
      .stops('max_tokens');
    claude.onUser('And?').stops('refusal', { category: 'cyber', explanation: 'No.' });
  });
  expect(problems).toEqual([]);
  expect(stops).toEqual(['pause_turn', 'max_tokens', 'refusal']);
  expect(blocks).toEqual(['thinking server_tool_use', 'code_execution_tool_result text', '']);
});

test('cells and direct calls of one response are checked each by its own expectation', async () => {
  const write = (second: string) => (claude: ClaudeScript) => {
    claude
      .onUser('Go.')
      .together((claude) => {
        claude.runs('print(7)', { prints: '7' }).runs('print(8)', { prints: second });
        claude.calls('approve', { what: 'both' });
      })
      .says('Done.');
  };
  const tools = { approve: { ...approve, returns: 'yes' } };
  const { blocks, problems } = await play(write('8'), { tools });
  expect(problems).toEqual([]);
  expect(blocks[0]).toBe('server_tool_use server_tool_use tool_use');
  expect((await play(write('9'), { tools })).problems).toEqual([
    expect.stringMatching(/^Cell 2 of turn 1 .* printed something else[^]*expected "9"/),
  ]);
});

test('a cell that is not run ends with an error code, and that is no failure', async () => {
  const { problems, blocks } = await play((claude) => {
    claude.onUser('Go.').runs('print(7)', { error_code: 'unavailable' }).says('A pity.');
  });
  expect(problems).toEqual([]);
  expect(blocks).toEqual(['server_tool_use code_execution_tool_result text']);
});

test('a list of answers with limits is a sequence', async () => {
  const { texts, problems } = await play(
    (claude) => {
      claude.onUser('Go.').runs('await fetch()').runs('await fetch()').says('Done.');
    },
    {
      tools: {
        fetch: {
          answers: [
            { throws: 'busy', times: 1 },
            { returns: 1, times: 1 },
          ],
        },
      },
    },
  );
  expect([problems, texts]).toEqual([[], ['Done.']]);
});

test('a sequence that is exceeded says so', async () => {
  const { problems } = await play(
    (claude) => claude.onUser('Go.').runs('await fetch()').runs('await fetch()'),
    { tools: { fetch: { answers: [{ returns: 1, times: 1 }] } } },
  );
  expect(problems).toEqual(['No answer is left for fetch({}): all were given.']);
});

/** The text Claude answers to one message, or the error. */
async function ask(
  api: ReturnType<typeof createFakeApi>,
  content: string,
  { system, after = [] }: { system?: string; after?: object[] } = {},
): Promise<string> {
  const messages = [...after, user(content)];
  const { body } = await send(api, { messages, ...(system && { system }) });
  return body.content?.[0].text ?? body.error.message;
}

test('conversations are told apart by their first message and their system prompt', async () => {
  const several = scenario('several', (claude) => {
    const title = claude.conversation(undefined, { name: 'title', system: /title/i });
    title.onUser().says('A title');
    claude
      .conversation(/^search/)
      .onUser()
      .says('Found.');
    claude
      .conversation((message) => message.length > 20)
      .onUser()
      .says('That is long.');
    claude.onUser('Hi').says('Hi.');
    claude.otherwise().says('What?');
  });
  const api = createFakeApi({ script: several });
  expect(await ask(api, 'Hi', { system: 'Make a title.' })).toBe('A title');
  expect(await ask(api, 'search for it')).toBe('Found.');
  expect(await ask(api, 'Once upon a time there was')).toBe('That is long.');
  expect(await ask(api, 'Hi')).toBe('Hi.');
  expect(await ask(api, 'Ho')).toBe('What?');
});

test('what no turn expects is answered as often as it comes, and the turns go on', async () => {
  const patient = scenario('patient', (claude) => {
    claude.onUser('One').says('1');
    claude.onUser('Two').says('2');
    claude.otherwise().says('Count!');
  });
  const { problems, texts } = await (async () => {
    const api = createFakeApi({ script: patient });
    const history: object[] = [];
    const texts: string[] = [];
    for (const content of ['Hm', 'One', 'Hm', 'Hm', 'Two']) {
      const text = await ask(api, content, { after: history });
      texts.push(text);
      history.push(user(content), { role: 'assistant', content: [{ type: 'text', text }] });
    }
    const findings = api.transcript.events.filter(({ type }) => type === 'finding');
    return { problems: findings, texts };
  })();
  expect(problems).toEqual([]);
  expect(texts).toEqual(['Count!', '1', 'Count!', 'Count!', '2']);
});

test('a turn can be for a message at one position only', async () => {
  const api = createFakeApi({
    script: scenario('positions', (claude) => {
      claude.onUser(/./, { position: 2 }).optional().says('Second.');
      claude.onUser('Hi').says('Hi.');
    }),
  });
  expect(await ask(api, 'Hi')).toBe('Hi.');
  expect(await ask(api, 'Ho')).toContain(
    'expected turn 1 of 2 (message 2, user: /./) or turn 2 of 2 (user: "Hi"), but the user said "Ho"',
  );
});

test('a conversation that nobody held is a failure, unless it is optional', async () => {
  const write = (optional: boolean) =>
    scenario('two', (claude) => {
      claude.conversation(/title/, { name: 'title', optional }).onUser().says('A title');
      claude.onUser('Hi').says('Hi.');
    });
  const { checkPlayed } = await import('./checks/played.ts');
  for (const [optional, expected] of [
    [true, []],
    [false, ['Scenario "two": turn 1 of 1 of "title" (any user message) was never played.']],
  ] as const) {
    const script = write(optional);
    const api = createFakeApi({ script });
    await ask(api, 'Hi');
    expect(checkPlayed(script, api.transcript).map(({ message }) => message)).toEqual(expected);
  }
});

test('several conversations are held one after the other by the reference client', async () => {
  const { problems, texts } = await play((claude) => {
    claude.conversation('Title?', { system: 'Be short.' }).onUser('Title?').says('A title');
    claude.onUser('Hi').says('Hi.');
  });
  expect([problems, texts]).toEqual([[], ['A title', 'Hi.']]);
});

test('nothing comes after the end of a turn', () => {
  expect(() =>
    scenario('x', (claude) => void claude.onUser('Hi').stops('max_tokens').says('More')),
  ).toThrow(
    'scenario "x": turns[0].claude[1]: the turn has ended before: "stops" is the last step',
  );
});

test('what a tool takes passes wherever the scenario is played; a schedule has the last word', async () => {
  const slow = scenario('slow', (claude) => void claude.onUser('Go').runs('await fetch()'), {
    tools: { fetch: { returns: 1, takes: 5000 } },
  });
  const spent = async (schedule = {}): Promise<number[]> => {
    const sandbox = createCannedSandbox(cells);
    await using api = createFakeApi({ script: slow, sandbox, schedule });
    await runScenario(slow, { api });
    return api.transcript.events.flatMap((event) =>
      event.type === 'clock.moved' ? [event.by] : [],
    );
  };
  expect(await spent()).toEqual([5000]);
  expect(await spent({ faults: [{ on: 'call', tool: 'fetch', takes: 7 }] })).toEqual([7]);
});
