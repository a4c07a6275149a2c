import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import {
  assistant,
  fake,
  findings,
  MESSAGES_URL,
  pausedConversation,
  results,
  runs,
  says,
  send,
  tools,
  user,
} from '../../test/support/conversation.ts';
import type { TranscriptEvent } from '../transcript/events.ts';
import type { FakeApi } from './create-fake-api.ts';

const DAY = 24 * 3_600_000;

/** When events of these types happened. */
function times(api: FakeApi, ...types: TranscriptEvent['type'][]) {
  return api.transcript.events
    .filter(({ type }) => types.includes(type))
    .map(({ type, at }) => [type, at]);
}

describe('with a virtual clock', () => {
  test('the clock stands while the client has the ball', async () => {
    const { api, history, first } = await pausedConversation();
    await send(api, {
      messages: [...history, results(first, '7')],
      container: first.container!.id,
    });
    expect(times(api, 'cell.paused', 'request.received', 'cell.finished', 'clock.moved')).toEqual([
      ['request.received', 0],
      ['cell.paused', 1000],
      ['request.received', 1000],
      ['cell.finished', 2000],
    ]);
  });

  test('an answer arrives when the schedule says that the tool has it', async () => {
    const { api, history, first } = await pausedConversation({
      schedule: { faults: [{ on: 'call', tool: 'fetch_rows', takes: 3000 }] },
    });
    await send(api, {
      messages: [...history, results(first, '7')],
      container: first.container!.id,
    });
    expect(times(api, 'cell.paused', 'clock.moved', 'cell.finished')).toEqual([
      ['cell.paused', 1000],
      ['clock.moved', 4000],
      ['cell.finished', 5000],
    ]);
    expect(api.transcript.events).toContainEqual(
      expect.objectContaining({ type: 'clock.moved', by: 3000, cause: 'client' }),
    );
  });

  test('time that is let pass comes before what the schedule says', async () => {
    const { api, history, first } = await pausedConversation({
      schedule: { faults: [{ on: 'call', tool: 'fetch_rows', takes: 3000 }] },
    });
    await api.advance(60_000);
    await send(api, {
      messages: [...history, results(first, '7')],
      container: first.container!.id,
    });
    expect(times(api, 'cell.paused', 'clock.moved', 'cell.finished')).toEqual([
      ['cell.paused', 1000],
      ['clock.moved', 61_000],
      ['clock.moved', 64_000],
      ['cell.finished', 65_000],
    ]);
  });

  test('time passes in one session where one is named', async () => {
    const { api } = fake([[runs('cell'), says('Done.')]], { cell: [{ stdout: '7\n' }] });
    const url = (key: string) => MESSAGES_URL.replace('/v1', `/s/${key}/v1`);
    await send(api, { messages: [user('Hi')] }, { url: url('one') });
    await send(api, { messages: [user('Hi')] }, { url: url('two') });
    await api.advance(500, { session: 'two' });
    const last = (key: string) => api.transcript.events.findLast(({ session }) => session === key);
    expect(last('one')).toMatchObject({ type: 'response.sent', at: 1000 });
    expect(last('two')).toMatchObject({ type: 'clock.moved', by: 500, at: 1500 });
  });

  test.each([
    [-1, undefined, 'Time passes in whole milliseconds from 0, not -1.'],
    [0.5, undefined, 'Time passes in whole milliseconds from 0, not 0.5.'],
    [1, 'three', 'There is no session "three".'],
  ])('letting %s ms pass in session %s is an error', async (by, session, message) => {
    const { api } = await pausedConversation();
    await expect(api.advance(by, { session })).rejects.toThrow(new RangeError(message));
  });

  test('direct calls take their time too', async () => {
    const ask = { type: 'tool_use' as const, calls: [{ name: 'ask_user', input: {} }] };
    const { api } = fake(
      [[ask, says('Done.')]],
      {},
      {
        schedule: { faults: [{ on: 'call', takes: 60_000 }] },
      },
    );
    const first = (await send(api, { messages: [user('Hi')] })).body;
    await send(api, { messages: [user('Hi'), assistant(first), results(first, 'yes')] });
    expect(times(api, 'turn.finished')).toEqual([['turn.finished', 60_000]]);
  });

  test('a refused answer that is sent again costs its time once', async () => {
    const { api, history, first } = await pausedConversation({
      schedule: { faults: [{ on: 'call', takes: 3000 }] },
    });
    const messages = [...history, results(first, '7')];
    expect((await send(api, { messages })).status).toBe(400);
    await send(api, { messages, container: first.container!.id });
    expect(times(api, 'clock.moved', 'cell.finished')).toEqual([
      ['clock.moved', 4000],
      ['cell.finished', 5000],
    ]);
  });

  test('a slow API lets time pass before it answers', async () => {
    const { api } = fake(
      [[says('One.')], [says('Two.')]],
      {},
      {
        schedule: { faults: [{ on: 'request', nth: 2, takes: 700 }] },
      },
    );
    const first = (await send(api, { messages: [user('Hi')] })).body;
    await send(api, { messages: [user('Hi'), assistant(first), user('Go on')] });
    expect(times(api, 'response.sent')).toEqual([
      ['response.sent', 0],
      ['response.sent', 700],
    ]);
  });

  test('a container can expire while the client has the ball [container.expired]', async () => {
    const { api, history, first } = await pausedConversation({
      schedule: { faults: [{ on: 'call', takes: 31 * DAY }] },
    });
    const messages = [...history, results(first, '7')];
    await send(api, { messages, container: first.container!.id });
    expect(findings(api)).toMatchObject([{ rule: 'container.expired', at: 31 * DAY + 1000 }]);
  });

  test('a schedule that is none is refused', () => {
    const schedule = { faults: [{ on: 'call' as const, takes: -1 }] };
    expect(() => fake([[says('Hi.')]], {}, { schedule })).toThrow(/faults\[0\].takes/);
  });
});

describe('linked to fake timers', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  test('what passed between a response and the next request is the turnaround', async () => {
    const { api } = fake([[says('One.')], [says('Two.')]], {}, { clock: 'linked' });
    const first = (await send(api, { messages: [user('Hi')] })).body;
    vi.advanceTimersByTime(5000);
    vi.setSystemTime(0);
    await send(api, { messages: [user('Hi'), assistant(first), user('Go on')] });
    expect(times(api, 'request.received')).toEqual([
      ['request.received', 0],
      ['request.received', 5000],
    ]);
  });

  test('a response that takes time comes when it has passed', async () => {
    const { api } = fake(
      [[runs('cell'), says('Done.')]],
      { cell: [{ stdout: 'x' }] },
      {
        clock: 'linked',
      },
    );
    let status = 0;
    const sent = send(api, { messages: [user('Hi')] }).then((answer) => (status = answer.status));
    await vi.advanceTimersByTimeAsync(999);
    expect(status).toBe(0);
    await vi.advanceTimersByTimeAsync(1);
    expect(status).toBe(200);
    await sent;
  });

  test('a response that dribbles slowly begins at once, and its bytes come evenly', async () => {
    const { api } = fake(
      [[says('One.')]],
      {},
      {
        clock: 'linked',
        schedule: { faults: [{ on: 'request', takes: 10_000, response: 'dribbled' }] },
      },
    );
    const body = JSON.stringify({ model: 'm', max_tokens: 1, tools, messages: [user('Hi')] });
    const response = await api.fetch(MESSAGES_URL, { method: 'POST', body });
    let text = '';
    const reading = (async () => {
      for await (const chunk of response.body!) text += new TextDecoder().decode(chunk);
    })();
    const lengths: number[] = [];
    for (let second = 0; second <= 10; second++) {
      lengths.push(text.length);
      await vi.advanceTimersByTimeAsync(1000);
    }
    await reading;
    const tenth = text.length / 10;
    for (const [second, length] of lengths.entries()) {
      expect(Math.abs(length - second * tenth)).toBeLessThanOrEqual(tenth);
    }
    expect(JSON.parse(text)).toMatchObject({ content: [{ text: 'One.' }] });
  });

  test('a client that gives up waiting gets the same response when it asks again', async () => {
    const { api } = fake(
      [[says('One.')]],
      {},
      {
        clock: 'linked',
        schedule: { faults: [{ on: 'request', nth: 1, takes: 5000 }] },
      },
    );
    const body = JSON.stringify({ model: 'm', max_tokens: 1, tools, messages: [user('Hi')] });
    const controller = new AbortController();
    setTimeout(() => controller.abort(), 1000);
    const first = api.fetch(MESSAGES_URL, { method: 'POST', body, signal: controller.signal });
    const refused = expect(first).rejects.toMatchObject({ name: 'AbortError' });
    await vi.advanceTimersByTimeAsync(1000);
    await refused;
    const again = await api.fetch(MESSAGES_URL, { method: 'POST', body });
    expect(await again.json()).toMatchObject({ content: [{ text: 'One.' }] });
    expect(times(api, 'turn.started')).toHaveLength(1);
  });

  test('without fake timers the response says what is missing', async () => {
    vi.useRealTimers();
    const { api } = fake([[says('One.')]], {}, { clock: 'linked' });
    const { status, body } = await send(api, { messages: [user('Hi')] });
    expect([status, body.error.message]).toEqual([
      500,
      expect.stringMatching(/neither .* is faked/),
    ]);
    expect(findings(api)).toMatchObject([{ rule: 'fake.failed', fix: /useFakeTimers/ }]);
  });
});

test('linked to timers that fake Date alone, Date is read', async () => {
  vi.useFakeTimers({ toFake: ['Date'] });
  try {
    const { api } = fake([[says('One.')], [says('Two.')]], {}, { clock: 'linked' });
    const first = (await send(api, { messages: [user('Hi')] })).body;
    vi.setSystemTime(Date.now() + 42);
    await send(api, { messages: [user('Hi'), assistant(first), user('Go on')] });
    expect(times(api, 'request.received').at(-1)).toEqual(['request.received', 42]);
  } finally {
    vi.useRealTimers();
  }
});

test('a real clock passes while the client has the ball, and says so', async () => {
  vi.useFakeTimers();
  try {
    const { api } = fake([[says('One.')], [says('Two.')]], {}, { clock: 'real', timeScale: 1e9 });
    const first = (await send(api, { messages: [user('Hi')] })).body;
    await send(api, { messages: [user('Hi'), assistant(first), user('Go on')] });
    const moved = api.transcript.events.find(({ type }) => type === 'clock.moved');
    expect(moved).toMatchObject({ cause: 'client', nondeterministic: true });
    expect(moved!.at).toBeGreaterThan(1000);
  } finally {
    vi.useRealTimers();
  }
});
