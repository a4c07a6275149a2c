import {
  type Assignment,
  probeClient,
  type ProbeResult,
  STANDARD_CONVERSATIONS,
} from 'callsheet/probe';
import { expect, test } from 'vitest';
import { clientWith, type Slip } from './clients.ts';

const named = (name: string) =>
  STANDARD_CONVERSATIONS.filter(({ scenario }) => scenario.name === name);

async function probed(slip: Slip, name = 'weekly report'): Promise<ProbeResult> {
  const [result] = await probeClient(clientWith(slip), { conversations: named(name) });
  return result!;
}

const rules = ({ findings }: ProbeResult) => findings.map(({ rule }) => rule);

test('a client that does as it should holds every standard conversation', async () => {
  const results = await probeClient(clientWith());
  expect(results.map(({ name, ok }) => [name, ok])).toEqual(
    STANDARD_CONVERSATIONS.map(({ scenario }) => [scenario.name, true]),
  );
  const byName = new Map(results.map((result) => [result.name, result]));
  expect(byName.get('weekly report')).toMatchObject({ ended: 'finished', requests: 6 });
});

test('a client that fails openly when something went wrong has done as it should', async () => {
  const result = await probed({}, 'container expired');
  expect(result).toMatchObject({ ok: true, ended: 'failed', findings: [], failures: [] });
});

test('a client that forgets the container is told so, with the request and the place', async () => {
  const result = await probed({ request: (body) => ({ ...body, container: undefined }) });
  expect(result).toMatchObject({
    ok: false,
    ended: 'failed',
    error: expect.stringContaining('container_id is required'),
    findings: [
      { rule: 'container.required', path: 'container', request: expect.stringMatching(/^req_/) },
    ],
  });
});

test('a client that forgets the container between turns loses its variables', async () => {
  const request: Slip['request'] = ({ container, ...body }) => {
    const { content } = (body['messages'] as { content: unknown }[]).at(-1)!;
    return typeof content === 'string' ? body : { ...body, container };
  };
  const result = await probed({ request }, 'second turn');
  expect(result).toMatchObject({ ok: false, ended: 'finished', findings: [] });
  expect(result.failures[0]).toMatchObject({
    code: 'cell.ended',
    message: expect.stringContaining("'south' is not defined"),
  });
});

test('a tool that is not declared as callable from code is found [tool.not_callable]', async () => {
  const request: Slip['request'] = (body) => ({
    ...body,
    tools: (body['tools'] as object[]).map((tool) => ({ ...tool, allowed_callers: undefined })),
  });
  const result = await probed({ request }, 'one call');
  expect(result.findings).toMatchObject([
    { rule: 'tool.not_callable', times: 2, path: 'tools.1.allowed_callers' },
  ]);
});

test('tools run with other arguments are found by what comes back [reply.different]', async () => {
  const result = await probed({ input: () => ({}) }, 'one call');
  expect(result.findings).toMatchObject([
    {
      rule: 'reply.different',
      message: expect.stringContaining(
        'fetch_sales({"region":"north","week":1}) was answered with',
      ),
    },
  ]);
});

test('how a tool that fails is put into words is left to the client', async () => {
  const words = async (assignment: Assignment) =>
    clientWith()({
      ...assignment,
      answer: (name, input) => {
        const { content, is_error } = assignment.answer(name, input);
        return is_error ? { content: `Error: ${content}`, is_error } : { content };
      },
    });
  const [result] = await probeClient(words, { conversations: named('failing tool') });
  expect(result).toMatchObject({ ok: true });
});

test('a client that stops in the middle leaves its cell and its turn', async () => {
  const stop = new Error('enough');
  let sent = 0;
  const result = await probed(
    {
      request: (body) => {
        if (sent++ === 2) throw stop;
        return body;
      },
    },
    'one after the other',
  );
  expect(result).toMatchObject({ ended: 'failed', error: 'enough', requests: 2 });
  expect(rules(result)).toEqual(['cell.abandoned']);
  expect(result.failures).toContainEqual(expect.objectContaining({ code: 'turn.unplayed' }));
});

test('a client that does nothing has played nothing', async () => {
  const [result] = await probeClient(async () => {}, { conversations: named('one call') });
  expect(result).toMatchObject({ ok: false, ended: 'finished', requests: 0, findings: [] });
});

test('a client that never ends is given up, and its signal aborts', async () => {
  let aborted: Promise<unknown> | undefined;
  const [result] = await probeClient(
    ({ signal }) => {
      aborted = new Promise((resolve) => signal.addEventListener('abort', resolve));
      return new Promise(() => {});
    },
    { conversations: named('one call'), timeout: 10 },
  );
  expect(result).toMatchObject({
    ok: false,
    ended: 'hung',
    error: 'it had not ended after 0.01 s',
  });
  await aborted;
});

test('the fake of a conversation is served over HTTP too', async () => {
  const [result] = await probeClient(
    (assignment) => {
      const overHttp: Assignment['fetch'] = (input, init) => {
        const { pathname } = new URL(input instanceof Request ? input.url : input);
        return fetch(assignment.baseURL + pathname, init);
      };
      return clientWith()({ ...assignment, fetch: overHttp });
    },
    { conversations: named('one call') },
  );
  expect(result).toMatchObject({ ok: true, requests: 2 });
});
