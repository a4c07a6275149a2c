import { afterEach, describe, expect, test, vi } from 'vitest';
import {
  assistant,
  fake,
  oneCall,
  pausedConversation,
  results,
  runs,
  says,
  send,
  user,
} from '../../test/support/conversation.ts';
import type { FakeApi } from '../api/create-fake-api.ts';
import type { RequestFault } from '../schedule/schedule.ts';
import {
  answeredOnce,
  containerForwarded,
  endsWithin,
  finishes,
  type Invariant,
  noLateRequests,
  resentVerbatim,
  retryAfterHonoured,
  usageSummedOnce,
  wholeResponsesOnly,
  writesOnce,
} from './invariants.ts';

afterEach(() => {
  vi.useRealTimers();
});

/** What a trace shows an invariant: nothing, or what did not hold. */
async function breaches(invariant: Invariant, trace: Promise<FakeApi>): Promise<string[]> {
  return invariant((await trace).transcript).map(({ message }) => message);
}

const nth = (nth: number, fault: object) => ({
  schedule: { faults: [{ on: 'request', nth, ...fault } as RequestFault] },
});

/** A session whose first response waits for a call of its cell, answered as `last` says. */
async function answering(
  ...requests: ((paused: Awaited<ReturnType<typeof pausedConversation>>) => object)[]
) {
  const paused = await pausedConversation();
  for (const body of requests) await send(paused.api, body(paused));
  return paused.api;
}

type Paused = Awaited<ReturnType<typeof pausedConversation>>;
const answer =
  (...contents: unknown[]) =>
  ({ history, first }: Paused) => ({
    messages: [...history, results(first, ...contents)],
    container: first.container!.id,
  });

describe('every call is answered once', () => {
  test('with one result', async () => {
    expect(await breaches(answeredOnce, answering(answer('7')))).toEqual([]);
  });
  test('and the same result again is one', async () => {
    expect(await breaches(answeredOnce, answering(answer('7'), answer('7')))).toEqual([]);
  });
  test('not with another afterwards', async () => {
    expect(await breaches(answeredOnce, answering(answer('7'), answer('8')))).toMatchObject([
      expect.stringContaining('answered more than once'),
    ]);
  });
  test('not never', async () => {
    expect(await breaches(answeredOnce, answering())).toMatchObject([
      expect.stringContaining('never answered'),
    ]);
  });
});

describe('no side effect happens twice', () => {
  const once = writesOnce(['fetch_rows']);
  /** A cell that makes the same call in one response after the other. */
  async function calling(times: number, run?: (api: FakeApi) => Promise<unknown>) {
    const [call] = oneCall;
    const { api } = fake([[runs('cell'), says('Done.')]], {
      cell: Array.from({ length: times }, () => call!),
    });
    let body = (await send(api, { messages: [user('Hi')] })).body;
    const messages: object[] = [user('Hi')];
    await run?.(api);
    for (let n = 1; n < times; n++) {
      messages.push(assistant(body), results(body, '7'));
      body = (await send(api, { messages, container: body.container.id })).body;
    }
    return api;
  }
  const tool = (api: FakeApi) =>
    api.tool(async (input: object) => JSON.stringify(input), { name: 'fetch_rows' });

  test('when its tool runs once', async () => {
    const run = (api: FakeApi) => tool(api)({ sku: 'A' });
    expect(await breaches(once, calling(1, run))).toEqual([]);
  });
  test('when no tool that writes is called', async () => {
    expect(await breaches(writesOnce(['other']), calling(3))).toEqual([]);
  });
  test('but when its tool runs again without a call', async () => {
    const run = async (api: FakeApi) => {
      await tool(api)({ sku: 'A' });
      await tool(api)({ sku: 'A' });
    };
    expect(await breaches(once, calling(1, run))).toEqual([
      'fetch_rows ran though no call was waiting for it.',
    ]);
  });
  test('but when the same call is answered twice', async () => {
    expect(await breaches(once, calling(3))).toEqual(['fetch_rows({"sku":"A"}) happened twice.']);
  });
  test('but when one run of an agent does it in two conversations', async () => {
    const { api } = fake([[runs('cell'), says('Done.')]], { cell: oneCall });
    const run = tool(api);
    await api.runAgent(async () => {
      for (const question of ['Hi', 'Hello']) {
        await send(api, { messages: [user(question)] });
        await run({ sku: 'A' });
      }
    });
    expect(once(api.transcript)).toMatchObject([{ rule: 'invariant.writes_once', times: 1 }]);
  });
});

describe('responses come back as they were', () => {
  test('whole', async () => {
    expect(await breaches(resentVerbatim, answering(answer('7')))).toEqual([]);
  });
  test('without `caller` they do not', async () => {
    const bare = ({ history, first }: Paused) => {
      const content = first.content.map((block) =>
        block.type === 'tool_use' ? { ...block, caller: undefined } : block,
      );
      const messages = [history[0]!, { role: 'assistant', content }, results(first, '7')];
      return { messages, container: first.container!.id };
    };
    expect(await breaches(resentVerbatim, answering(bare))).toMatchObject([
      expect.stringContaining('The `caller` of `tool_use`'),
    ]);
  });
});

describe('the container is forwarded', () => {
  test('by every request', async () => {
    expect(await breaches(containerForwarded, answering(answer('7')))).toEqual([]);
  });
  test('not when one names none', async () => {
    const without = (paused: Paused) => ({ messages: answer('7')(paused).messages });
    expect(await breaches(containerForwarded, answering(without))).toMatchObject([
      expect.stringContaining('names none'),
    ]);
  });
  test('unless a request that named it was refused', async () => {
    const { api, first, history } = await pausedConversation(nth(2, { container: 'expired' }));
    const messages = [...history, results(first, '7')];
    await send(api, { messages, container: first.container!.id });
    await send(api, { messages: [user('Hi')] });
    expect(await breaches(containerForwarded, Promise.resolve(api))).toEqual([]);
  });
});

describe('the loop ends within a budget', () => {
  const twice = () => answering(answer('7'));
  test('of as many requests', async () => {
    expect(await breaches(endsWithin({ requests: 2 }), twice())).toEqual([]);
  });
  test('not of fewer', async () => {
    expect(await breaches(endsWithin({ requests: 1 }), twice())).toEqual([
      'It took more than 1 requests.',
    ]);
  });
});

describe('no cut stream is trusted', () => {
  /** A client that loses the response to its first request, and then does something. */
  async function cut(response: string, then: (api: FakeApi, part: any) => Promise<unknown>) {
    const { api } = fake([[runs('cell'), says('Done.')]], { cell: oneCall }, nth(1, { response }));
    await send(api, { messages: [user('Hi')] }).catch(() => {});
    const sent = api.transcript.events.find((event) => event.type === 'response.sent');
    await then(api, sent?.body);
    return api;
  }
  const again = (api: FakeApi) => send(api, { messages: [user('Hi')] });

  test.each(['lost', 'cut', 'truncated', 'malformed'])(
    'a response that is %s is asked for again',
    async (response) => {
      expect(await breaches(wholeResponsesOnly, cut(response, again))).toEqual([]);
    },
  );
  test.each(['cut', 'truncated', 'malformed'])('what came of one %s is answered', async (how) => {
    const trace = cut(how, (api, part) =>
      send(api, { messages: [user('Hi'), assistant(part), results(part, '7')] }),
    );
    expect(await breaches(wholeResponsesOnly, trace)).toMatchObject([
      expect.stringContaining('only a part'),
    ]);
  });
  test('the beginning of its text comes back', async () => {
    const { api } = fake([[says('A long text.')], [says('Yes.')]], {}, nth(1, { response: 'cut' }));
    await send(api, { messages: [user('Hi')] }).catch(() => {});
    const part = { role: 'assistant', content: [{ type: 'text', text: 'A long' }] };
    await send(api, { messages: [user('Hi'), part, user('More')] }).catch(() => {});
    expect(wholeResponsesOnly(api.transcript)).toHaveLength(1);
  });
  test('a tool runs for it', async () => {
    const trace = cut('cut', (api) =>
      api.tool(async (input: object) => JSON.stringify(input), { name: 'fetch_rows' })({
        sku: 'A',
      }),
    );
    expect(await breaches(wholeResponsesOnly, trace)).toHaveLength(1);
  });
});

describe('retry-after is honoured', () => {
  async function waiting(milliseconds: number) {
    vi.useFakeTimers();
    const { api } = fake(
      [[says('Hi.')]],
      {},
      {
        clock: 'linked',
        ...nth(1, { error: 'overloaded_error', retry_after: 2000 }),
      },
    );
    await send(api, { messages: [user('Hi')] });
    vi.advanceTimersByTime(milliseconds);
    await send(api, { messages: [user('Hi')] });
    return api;
  }
  test('by who waits as long', async () => {
    expect(await breaches(retryAfterHonoured, waiting(2000))).toEqual([]);
  });
  test('not by who comes before', async () => {
    expect(await breaches(retryAfterHonoured, waiting(1500))).toEqual([
      'The client was told to wait 2000 ms and tried again 500 ms too early.',
    ]);
  });
  test('by anyone, when no time passes for the client', async () => {
    const { api } = fake([[says('Hi.')]], {}, nth(1, { error: 'api_error', retry_after: 2000 }));
    await send(api, { messages: [user('Hi')] });
    await send(api, { messages: [user('Hi')] });
    expect(await breaches(retryAfterHonoured, Promise.resolve(api))).toEqual([]);
  });
});

describe('no request comes after the end', () => {
  async function ending(afterwards: (api: FakeApi) => Promise<unknown>) {
    const { api } = fake([[says('Hi.')]]);
    await api.runAgent(() => send(api, { messages: [user('Hi')] }));
    await afterwards(api);
    return api;
  }
  test('of the agent', async () => {
    expect(
      await breaches(
        noLateRequests,
        ending(async () => {}),
      ),
    ).toEqual([]);
  });
  test('or it is late', async () => {
    const late = (api: FakeApi) => send(api, { messages: [user('More')] });
    expect(await breaches(noLateRequests, ending(late))).toHaveLength(1);
  });
});

describe('usage is summed once', () => {
  const KEYS = ['input_tokens', 'output_tokens'] as const;
  /** An agent that gets a response twice, and adds up what `counted` says. */
  async function counting(counted: (bodies: any[]) => any[]) {
    const { api } = fake([[says('Hi.')]]);
    await api.runAgent(async () => {
      const headers = { 'x-stainless-retry-count': '1' };
      const bodies = [
        (await send(api, { messages: [user('Hi')] })).body,
        (await send(api, { messages: [user('Hi')] }, { headers })).body,
      ];
      const sum = (key: string) =>
        counted(bodies).reduce((total, { usage }) => total + usage[key], 0);
      return { usage: Object.fromEntries(KEYS.map((key) => [key, sum(key)])) };
    });
    return api;
  }
  test('over messages', async () => {
    expect(
      await breaches(
        usageSummedOnce,
        counting((bodies) => bodies.slice(1)),
      ),
    ).toEqual([]);
  });
  test('not over responses', async () => {
    expect(
      await breaches(
        usageSummedOnce,
        counting((bodies) => bodies),
      ),
    ).toEqual([expect.stringContaining('input_tokens')]);
  });
});

describe('a final answer is reached, or the error surfaces', () => {
  async function asking(fault: object, agent: (api: FakeApi) => Promise<unknown>) {
    const { api } = fake([[says('Hi.')]], {}, nth(1, fault));
    await api.runAgent(() => agent(api)).catch(() => {});
    return api;
  }
  const ask = (api: FakeApi) => send(api, { messages: [user('Hi')] });

  test('an answer', async () => {
    expect(await breaches(finishes, asking({ takes: 1 }, ask))).toEqual([]);
  });
  test('a thrown error', async () => {
    const trace = asking({ error: 'api_error' }, async (api) => {
      if ((await ask(api)).status >= 400) throw new Error('The API failed.');
    });
    expect(await breaches(finishes, trace)).toEqual([]);
  });
  test('no error that is swallowed', async () => {
    expect(await breaches(finishes, asking({ error: 'api_error' }, ask))).toEqual([
      'The agent ended as if all were well, but its last response was an error with status 500.',
    ]);
    const trace = asking({ response: 'cut' }, (api) => ask(api).catch(() => {}));
    expect(await breaches(finishes, trace)).toMatchObject([
      expect.stringContaining('never came whole'),
    ]);
  });
  test('no session that waits', async () => {
    expect(await breaches(finishes, answering())).toEqual([
      'The session ended with stop_reason "tool_use".',
    ]);
  });
});
