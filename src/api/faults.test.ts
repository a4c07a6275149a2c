import Anthropic from '@anthropic-ai/sdk';
import { describe, expect, test } from 'vitest';
import {
  assistant,
  fake,
  findings,
  MESSAGES_URL,
  oneCall,
  pausedConversation,
  results,
  runs,
  says,
  send,
  tools,
  user,
} from '../../test/support/conversation.ts';
import { startServer } from '../node/server.ts';
import { verdict } from '../verdict/verdict.ts';
import type { Fault, Schedule } from '../schedule/schedule.ts';
import type { FakeApi } from './create-fake-api.ts';

const hi = { messages: [user('Hi')] };
const hello = [[says('Hello there, this is a text of some length.')]];
const withFaults = (...faults: Fault[]): { schedule: Schedule } => ({ schedule: { faults } });
const request = (fault: object): Fault => ({ on: 'request', nth: 1, ...fault });

function post(api: Pick<FakeApi, 'fetch'>, body: object) {
  return api.fetch(MESSAGES_URL, {
    method: 'POST',
    body: JSON.stringify({ model: 'claude-sonnet-4-6', max_tokens: 1024, tools, ...body }),
  });
}

function faultsOf(api: FakeApi): Fault[] {
  return api.transcript.events.flatMap((event) =>
    event.type === 'fault.injected' ? [event.fault] : [],
  );
}

describe('an error of the API', () => {
  test.each([
    ['rate_limit_error', 429],
    ['api_error', 500],
    ['timeout_error', 504],
    ['overloaded_error', 529],
  ] as const)(
    '%s is a %d that leaves the session as it was, and no finding',
    async (error, status) => {
      const fault = request({ error });
      const { api } = fake(hello, {}, withFaults(fault));

      const failed = await send(api, hi);
      expect(failed.status).toBe(status);
      expect(failed.body).toMatchObject({ type: 'error', error: { type: error } });
      expect(failed.headers.get('x-should-retry')).toBe('true');

      expect((await send(api, hi)).status).toBe(200);
      expect(new Set(api.transcript.events.map(({ session }) => session)).size).toBe(1);
      expect(findings(api)).toEqual([]);
      expect(faultsOf(api)).toEqual([fault]);
    },
  );

  test('says when to try again: at once by the virtual clock, in time by a linked one', async () => {
    const fault = request({ error: 'overloaded_error', retry_after: 2500 });
    const virtual = fake(hello, {}, withFaults(fault));
    const { headers } = await send(virtual.api, hi);
    expect([headers.get('retry-after'), headers.get('retry-after-ms')]).toEqual([null, '1']);
  });

  test('is what the SDK tries again after', async () => {
    const { api } = fake(
      hello,
      {},
      withFaults(request({ error: 'overloaded_error', retry_after: 9000 })),
    );
    const client = new Anthropic({ fetch: api.fetch, apiKey: 'key' });
    const message = await client.messages.create({
      model: 'claude-sonnet-4-6',
      max_tokens: 100,
      messages: [{ role: 'user', content: 'Hi' }],
    });
    expect(message.stop_reason).toBe('end_turn');
  });
});

describe('a response that does not arrive whole', () => {
  test('lost: fetch rejects, and the same request gets the same response', async () => {
    const { api } = fake(hello, {}, withFaults(request({ response: 'lost' })));
    await expect(post(api, hi)).rejects.toThrow('fetch failed');
    const sent = api.transcript.events.find((event) => event.type === 'response.sent');
    expect((await send(api, hi)).body).toEqual(sent?.body);
  });

  test.each([
    ['cut', true],
    ['truncated', false],
  ] as const)('%s: the stream ends after the events that come whole', async (response, rejects) => {
    const { api } = fake(hello, {}, withFaults(request({ response, after: 2 })));
    const { body } = await post(api, { ...hi, stream: true });
    const chunks: string[] = [];
    const reading = (async () => {
      for await (const chunk of body!) chunks.push(new TextDecoder().decode(chunk));
    })();
    if (rejects) await expect(reading).rejects.toThrow('terminated');
    else await reading;
    expect(chunks.map((chunk) => chunk.split('\n')[0])).toEqual([
      'event: message_start',
      'event: content_block_start',
    ]);
  });

  test('malformed: one event is no JSON, the others are', async () => {
    const { api } = fake(hello, {}, withFaults(request({ response: 'malformed', after: 1 })));
    const text = await (await post(api, { ...hi, stream: true })).text();
    const broken = [...text.matchAll(/^data: (.*)$/gm)].filter(([, data]) => !isJson(data!));
    expect(broken).toHaveLength(1);
    expect(broken[0]?.[1]).toContain('content_block_start');
  });

  test('dribbled: every byte comes, each by itself', async () => {
    const { api } = fake(hello, {}, withFaults(request({ response: 'dribbled' })));
    const plain = fake(hello);
    const response = await post(api, { ...hi, stream: true });
    const chunks: Uint8Array[] = [];
    for await (const chunk of response.body!) chunks.push(chunk);
    expect(new Set(chunks.map(({ length }) => length))).toEqual(new Set([1]));
    const whole = await (await post(plain.api, { ...hi, stream: true })).text();
    expect(Buffer.concat(chunks).toString()).toBe(whole);
  });

  test('a message that is not streamed is cut in the middle of its JSON', async () => {
    const { api } = fake(hello, {}, withFaults(request({ response: 'truncated' })));
    const text = await (await post(api, hi)).text();
    expect(text).toMatch(/^\{"model"/);
    expect(isJson(text)).toBe(false);
  });

  test.each(['lost', 'cut'] as const)(
    '%s: the server breaks the connection off',
    async (response) => {
      const { api } = fake(hello, {}, withFaults(request({ response })));
      await using server = await startServer(api);
      const reading = post(
        { fetch: (_, init) => fetch(`${server.url}/v1/messages`, init) },
        {
          ...hi,
          stream: true,
        },
      ).then((got) => got.text());
      await expect(reading).rejects.toThrow(response === 'lost' ? 'fetch failed' : 'terminated');
    },
  );
});

test('a request delivered twice is answered once, and the client gets the same response', async () => {
  const { api, sandbox, first, history } = await pausedConversation(
    withFaults({ on: 'request', nth: 2, delivered: 'twice' }),
  );
  const { body } = await send(api, {
    messages: [...history, results(first, '7')],
    container: first.container!.id,
  });
  expect(body.stop_reason).toBe('end_turn');
  expect(sandbox.log.filter(({ answers }) => answers)).toHaveLength(1);
  const arrived = api.transcript.events.filter(({ type }) => type === 'request.received');
  expect(arrived).toHaveLength(3);
});

describe('a container', () => {
  const turns = [
    [runs('cell'), says('Done.')],
    [runs('other'), says('Again.')],
  ];
  const cells = { cell: oneCall, other: [{ stdout: 'x\n' }] };

  async function idle(...faults: Fault[]) {
    const { api, sandbox } = fake(turns, cells, withFaults(...faults));
    const first = (await send(api, hi)).body;
    const container = first.container.id;
    const answered = [user('Hi'), assistant(first), results(first, '7')];
    const second = (await send(api, { messages: answered, container })).body;
    const messages = [...answered, assistant(second), user('More')];
    return { api, sandbox, container, messages };
  }

  test('that expired is refused: forgiven once, a finding when it is named again', async () => {
    const { api, container, messages } = await idle({
      on: 'request',
      nth: 3,
      container: 'expired',
    });

    const refused = await send(api, { messages, container });
    expect([refused.status, refused.body.error.message]).toEqual([
      400,
      `container: Container ${container} has expired.`,
    ]);
    expect(findings(api)).toEqual([]);
    await send(api, { messages, container });
    expect(findings(api).map(({ rule }) => rule)).toEqual(['container.expired']);

    const fresh = await send(api, { messages });
    expect(fresh.status).toBe(200);
    expect(fresh.body.container.id).not.toBe(container);
  });

  test('that was replaced is another one now, with nothing in it', async () => {
    const { api, container, messages } = await idle({
      on: 'request',
      nth: 3,
      container: 'replaced',
    });
    const { status, body } = await send(api, { messages, container });
    expect(status).toBe(200);
    expect(body.container.id).not.toBe(container);
    const again = await send(api, {
      messages: [...messages, assistant(body), user('More')],
      container,
    });
    expect(again.body.error.message).toBe(`container: Container ${container} has expired.`);
    expect(findings(api).map(({ rule }) => rule)).toEqual(['container.expired']);
  });

  test.each([
    ['expires', 'expired'],
    ['is replaced', 'replaced'],
  ] as const)('that %s while its cell waits takes the cell with it', async (_, container) => {
    const { api, first, history } = await pausedConversation(
      withFaults({ on: 'request', nth: 2, container }),
    );
    const { status } = await send(api, {
      messages: [...history, results(first, '7')],
      container: first.container!.id,
    });
    expect(status).toBe(400);
    expect(verdict(api.transcript)).toEqual([]);
  });
});

describe('a cell', () => {
  const cells = { cell: [{ stdout: '7\n' }] };
  const play = (fault: object) =>
    fake([[runs('cell'), says('Done.')]], cells, withFaults({ on: 'cell', nth: 1, ...fault }));

  test.each(['execution_time_exceeded', 'unavailable', 'too_many_requests'] as const)(
    'ends with %s and does not run',
    async (ends) => {
      const { api, sandbox } = play({ ends });
      const { body } = await send(api, hi);
      expect(body.content[1].content).toEqual({
        type: 'code_execution_tool_result_error',
        error_code: ends,
      });
      expect(sandbox.log).toEqual([]);
    },
  );

  test('that is killed has no output', async () => {
    const { api } = play({ ends: 'killed' });
    const { body } = await send(api, hi);
    expect(body.content[1].content).toMatchObject({ stdout: '', return_code: 137 });
  });

  test('whose output is lost has run all the same', async () => {
    const { api, sandbox } = play({ ends: 'unavailable', effects: 'kept' });
    const { body } = await send(api, hi);
    expect(body.content[1].content.error_code).toBe('unavailable');
    expect(sandbox.log).toHaveLength(1);
  });

  test('that is slow takes its time', async () => {
    const { api } = play({ takes: 30_000 });
    await send(api, hi);
    const finished = api.transcript.events.find(({ type }) => type === 'cell.finished');
    expect(finished?.at).toBe(31_000);
  });
});

test('a pause is inserted before a step, and the turn goes on when it is sent back', async () => {
  const { api } = fake(
    [[says('One.'), says('Two.')]],
    {},
    withFaults({ on: 'step', nth: 2, pauses: true }),
  );
  const first = (await send(api, hi)).body;
  expect([first.stop_reason, first.content[0].text]).toEqual(['pause_turn', 'One.']);
  const { body } = await send(api, { messages: [user('Hi'), assistant(first)] });
  expect([body.stop_reason, body.content[0].text]).toEqual(['end_turn', 'Two.']);
  expect(findings(api)).toEqual([]);
});

test('a pause when a resumed cell has ended goes on, though its result is all that is sent back', async () => {
  const { api, first, history } = await pausedConversation(
    withFaults({ on: 'step', nth: 2, pauses: true }),
  );
  const container = first.container!.id;
  const answered = [...history, results(first, '7')];
  const paused = (await send(api, { messages: answered, container })).body;
  expect(paused.content.map(({ type }: any) => type)).toEqual(['code_execution_tool_result']);
  const { body } = await send(api, { messages: [...answered, assistant(paused)], container });
  expect(body.stop_reason).toBe('end_turn');
  expect(findings(api)).toEqual([]);
});

test('a paused response that reaches the API twice is gone on with once', async () => {
  const { api } = fake(
    [[says('One.'), says('Two.')]],
    {},
    withFaults({ on: 'step', nth: 2, pauses: true }, { on: 'request', nth: 2, delivered: 'twice' }),
  );
  const first = (await send(api, hi)).body;
  const { status, body } = await send(api, { messages: [user('Hi'), assistant(first)] });
  expect([status, body.content?.[0]?.text]).toEqual([200, 'Two.']);
  expect(findings(api)).toEqual([]);
});

describe('conversations that begin alike, told apart by their keys', () => {
  async function say(api: FakeApi, key: string, messages: object[], retries = 0) {
    const response = await api.fetch(MESSAGES_URL.replace('/v1', `/s/${key}/v1`), {
      method: 'POST',
      headers: { 'x-stainless-retry-count': String(retries) },
      body: JSON.stringify({ model: 'claude-sonnet-4-6', max_tokens: 1024, messages }),
    });
    const body: any = await response.json();
    return { status: response.status, body };
  }
  const sessionsOf = (api: FakeApi) => [
    ...new Set(api.transcript.events.map(({ session }) => session)),
  ];

  test('one that is tried again after an error is not answered from another', async () => {
    const { api } = fake(hello, {}, withFaults(request({ error: 'overloaded_error' })));
    for (const key of ['a', 'b']) expect((await say(api, key, [user('Hi')])).status).toBe(529);
    for (const key of ['a', 'b']) expect((await say(api, key, [user('Hi')], 1)).status).toBe(200);
    expect(sessionsOf(api)).toEqual(['a', 'b']);
    const turns = api.transcript.events.filter(({ type }) => type === 'turn.finished');
    expect(turns.map(({ session }) => session)).toEqual(['a', 'b']);
  });

  test('each goes on with its own paused response', async () => {
    const { api } = fake(
      [[says('One.'), says('Two.')]],
      {},
      withFaults({ on: 'step', nth: 2, pauses: true }),
    );
    for (const key of ['a', 'b']) {
      const { body } = await say(api, key, [user('Hi')]);
      await say(api, key, [user('Hi'), assistant(body)]);
    }
    const turns = api.transcript.events.filter(({ type }) => type === 'turn.finished');
    expect(turns.map(({ session }) => session)).toEqual(['a', 'b']);
  });

  test('the first request of one that reaches the API twice is answered once', async () => {
    const { api } = fake(hello, {}, withFaults(request({ delivered: 'twice' })));
    const { status } = await say(api, 'a', [user('Hi')]);
    expect(status).toBe(200);
    expect(sessionsOf(api)).toEqual(['a']);
    expect(api.transcript.events.filter(({ type }) => type === 'turn.started')).toHaveLength(1);
  });

  test('a schedule that cannot be made fails its request, and none that wait behind it', async () => {
    const { promise: noSchedule, reject } = withResolvers<Schedule>();
    const schedules = [noSchedule, {}];
    const { api } = fake(hello, {}, { schedule: () => schedules.shift() });
    const answers = [say(api, 'a', hi.messages), say(api, 'a', hi.messages)];
    setImmediate(() => reject(new Error('no schedule yet')));
    const [first, second] = await Promise.all(answers);
    expect(first?.body.error.message).toContain('no schedule yet');
    expect(second?.status).toBe(200);
  });
});

test('calls made at once come in the order the schedule says', async () => {
  const calls = ['a', 'b', 'c'].map((key) => ({ key, name: 'fetch_rows', input: { key } }));
  const order = async (call_order: Schedule['call_order']) => {
    const { api } = fake([[runs('cell')]], { cell: [{ calls }] }, { schedule: { call_order } });
    const { content } = (await send(api, hi)).body;
    return content.flatMap(({ input }: any) => input.key ?? []).join('');
  };
  expect([await order('program'), await order('reversed')]).toEqual(['abc', 'cba']);
});

function withResolvers<T>() {
  let reject: (reason: unknown) => void = () => {};
  const promise = new Promise<T>((_, fail) => {
    reject = fail;
  });
  return { promise, reject };
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
