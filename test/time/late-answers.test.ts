import Anthropic from '@anthropic-ai/sdk';
import {
  createFakeApi,
  type FakeApi,
  type FakeApiOptions,
  python,
  scenario,
  verdict,
} from 'callsheet';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { type Agent, chat } from '../support/sdk-agent.ts';

const patient = scenario('asks again after a timeout', (claude) => {
  claude
    .onUser('How many?')
    .runs(python`
      try:
          rows = await count_rows({})
      except TimeoutError as error:
          print(error)
          rows = await count_rows({})
      print(rows)
    `)
    .says((turn) => turn.lastCell.stdout);
});

const tools: Agent['tools'] = [
  { type: 'code_execution_20260120', name: 'code_execution' },
  {
    name: 'count_rows',
    input_schema: { type: 'object' },
    allowed_callers: ['code_execution_20260120'],
  },
];

const TIMED_OUT = "Calling tool ['count_rows'] timed out (no response after 270s).";

/** Asks the question with an agent whose tool answers `7`. Returns what the cell printed. */
async function ask(options: Omit<FakeApiOptions, 'script'>, wait: () => Promise<void>) {
  await using api = createFakeApi({ script: patient, ...options });
  const countRows = api.tool(
    async () => {
      await wait();
      return '7';
    },
    { name: 'count_rows' },
  );
  const client = new Anthropic({ fetch: api.fetch, apiKey: 'test', timeout: 60_000 });
  const agent: Agent = { tools, answer: () => countRows() };
  const responses = await api.runAgent(() => chat(client, agent, ['How many?']));
  return { api, responses, said: textOf(responses.at(-1)!) };
}

function textOf({ content }: Anthropic.Message): string {
  return content.flatMap((block) => (block.type === 'text' ? [block.text] : [])).join('');
}

function broken(api: FakeApi) {
  return verdict(api.transcript).map(({ rule, times }) => [rule, times]);
}

test('an answer after 270 s comes too late: the code has gone on, and says so [answer.late]', async () => {
  const late = { on: 'call' as const, nth: 1, takes: 280_000 };
  const { api, said } = await ask({ schedule: { faults: [late] } }, async () => {});
  expect(said).toBe(`${TIMED_OUT}\n7\n`);
  expect(broken(api)).toEqual([['answer.late', 1]]);
});

test('an answer after 269 s is in time', async () => {
  const slow = { on: 'call' as const, takes: 269_000 };
  const { api, said } = await ask({ schedule: { faults: [slow] } }, async () => {});
  expect(said).toBe('7\n');
  expect(broken(api)).toEqual([]);
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

  test('a tool that sleeps past 270 s answers too late [answer.late]', async () => {
    const waits = [sleep.bind(undefined, 300_000), async () => {}];
    const { api, said } = await ask({ clock: 'linked' }, () => waits.shift()!());
    expect(said).toBe(`${TIMED_OUT}\n7\n`);
    expect(broken(api)).toEqual([['answer.late', 1]]);
  });

  test('the SDK gives up on an API that is too slow, and its retry gets the same answer', async () => {
    const slow = { on: 'request' as const, nth: 1, takes: 90_000 };
    const { api, responses } = await ask(
      { clock: 'linked', schedule: { faults: [slow] } },
      async () => {},
    );
    expect(responses).toHaveLength(2);
    const received = api.transcript.events.filter(({ type }) => type === 'request.received');
    expect(received).toHaveLength(3);
    expect(received[1]!.at).toBeGreaterThanOrEqual(60_000);
    const calls = api.transcript.events.filter(({ type }) => type === 'call.made');
    expect(calls).toHaveLength(1);
  });
});
