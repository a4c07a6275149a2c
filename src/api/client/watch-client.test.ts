import { readFile } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import {
  assistant,
  fake,
  fetchRows,
  oneCall,
  pausedConversation,
  results,
  runs,
  says,
  send,
  user,
} from '../../../test/support/conversation.ts';
import type { FakeApi } from '../create-fake-api.ts';

/** What the transcript has of the client. */
function seen(api: FakeApi) {
  return api.transcript.events.filter(({ type }) => /^(tool|agent)\./.test(type));
}

test('a wrapped tool is linked to the call it answers', async () => {
  const { api, first } = await pausedConversation();
  const tool = api.tool(async function fetch_rows({ sku }: { sku: string }) {
    return `rows of ${sku}`;
  });
  expect(await tool({ sku: 'A' })).toBe('rows of A');
  const call = first.content.find((block) => block.type === 'tool_use')!.id;
  expect(seen(api)).toMatchObject([
    { type: 'tool.started', name: 'fetch_rows', call, at: 1000 },
    { type: 'tool.finished', name: 'fetch_rows', call },
  ]);
  expect(seen(api)[0]!.session).not.toBe('');
});

test('calls with the same arguments are answered by one run each; defaults the client adds do not matter', async () => {
  const calls = ['1', '2', '3'].map((key) => ({ key, name: fetchRows.name, input: { sku: 'A' } }));
  const { api } = fake([[runs('cell')]], { cell: [{ calls }] });
  await send(api, { messages: [user('Hi')] });
  const tool = api.tool((input: object) => JSON.stringify(input), { name: fetchRows.name });
  await Promise.all([tool({ sku: 'A' }), tool({ sku: 'A' }), tool({ sku: 'A', limit: 10 })]);
  await tool({ sku: 'A' });
  const made = api.transcript.events.flatMap((event) =>
    event.type === 'call.made' ? [event.call] : [],
  );
  const started = seen(api).flatMap((event) => (event.type === 'tool.started' ? [event.call] : []));
  expect(started).toEqual([...made, undefined]);
});

test('what a tool or an agent throws is recorded and thrown on', async () => {
  const { api } = fake([[says('Hi.')]]);
  const broken = api.tool(
    () => {
      throw new RangeError('no such row');
    },
    { name: 'f' },
  );
  await expect(api.runAgent(() => broken())).rejects.toThrow('no such row');
  expect(seen(api)).toMatchObject([
    { type: 'agent.started' },
    { type: 'tool.started', name: 'f' },
    { type: 'tool.failed', error: 'RangeError: no such row' },
    { type: 'agent.failed', error: 'RangeError: no such row' },
  ]);
});

test('a tool without a name is refused', () => {
  expect(() => fake([[says('Hi.')]]).api.tool(async () => '')).toThrow(/tool\(run, \{ name \}\)/);
});

describe('linked to fake timers', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  const sleep = (milliseconds: number) =>
    new Promise<void>((resolve) => {
      setTimeout(resolve, milliseconds);
    });

  /** An agent that answers one call by a tool. */
  async function agent(api: FakeApi, fetchRows: (input: unknown) => Promise<string>) {
    const first = (await send(api, { messages: [user('Hi')] })).body;
    const call = first.content.find((block: any) => block.type === 'tool_use');
    const answer = results(first, await fetchRows(call.input));
    const messages = [user('Hi'), assistant(first), answer];
    return (await send(api, { messages, container: first.container.id })).body;
  }

  test('the agent runs to its end through a tool that sleeps', async () => {
    const { api } = linkedFake();
    const tool = api.tool(
      async () => {
        await sleep(60_000);
        await sleep(60_000);
        return '7';
      },
      { name: 'fetch_rows' },
    );
    const last = await api.runAgent(() => agent(api, tool));
    expect(last.content.at(-1)).toEqual({ type: 'text', text: 'Done.' });
    expect(seen(api).map(({ type, at }) => [type, at])).toEqual([
      ['agent.started', 0],
      ['tool.started', 1000],
      ['tool.finished', 121_000],
      ['agent.finished', 122_000],
    ]);
  });

  test('a wrapped tool takes as long as the schedule says', async () => {
    const { api } = linkedFake({
      schedule: { faults: [{ on: 'call', tool: 'fetch_rows', takes: 5000 }] },
    });
    const tool = api.tool(async () => '7', { name: 'fetch_rows' });
    await api.runAgent(() => agent(api, tool));
    expect(seen(api).find(({ type }) => type === 'tool.finished')!.at).toBe(6000);
  });

  test('no timer of the agent fires while a tool does real work', async () => {
    const { api } = linkedFake();
    const tool = api.tool(async function fetch_rows(input: unknown) {
      await readFile(new URL(import.meta.url));
      return JSON.stringify(input);
    });
    let late = false;
    const guarded = async (input: unknown) => {
      const work = tool(input);
      const guard = setTimeout(() => (late = true), 30_000);
      const rows = await work;
      clearTimeout(guard);
      return rows;
    };
    await api.runAgent(() => agent(api, guarded));
    expect(late).toBe(false);
  });

  test('settle lets time pass until no timer is left', async () => {
    const { api } = linkedFake();
    const tool = api.tool(async () => (await sleep(1000), '7'), { name: 'fetch_rows' });
    let done = false;
    const running = agent(api, tool).then(() => (done = true));
    await api.settle();
    expect(done).toBe(true);
    await running;
  });

  test('an interval that nobody clears ends settle with an error', async () => {
    const { api } = linkedFake();
    const beat = setInterval(() => {}, 1);
    await expect(api.settle()).rejects.toThrow(/setInterval/);
    clearInterval(beat);
  });

  test('an agent that fails does so through runAgent', async () => {
    const { api } = linkedFake();
    const failing = async () => {
      await sleep(1000);
      throw new Error('gave up');
    };
    await expect(api.runAgent(failing)).rejects.toThrow('gave up');
  });

  function linkedFake(options: Parameters<typeof fake>[2] = {}) {
    return fake(
      [[runs('cell'), says('Done.')]],
      { cell: oneCall },
      { clock: 'linked', ...options },
    );
  }
});

test('settle without fake timers says what to do', async () => {
  const { api } = fake([[says('Hi.')]], {}, { clock: 'linked' });
  await expect(api.settle()).rejects.toThrow(/vi\.useFakeTimers/);
});
