import { request } from 'node:http';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { folderOf, say, serve, type Serving } from './harness.ts';

const greeting = `
scenario: greeting
turns:
  - user: Hi
    claude:
      - says: Hi there.
  - user: Bye
    claude:
      - says: See you.
`;
const asks = `
scenario: asks
turns:
  - user: Ask
    claude:
      - runs: |
          try:
              print(await ask({}))
          except TimeoutError as error:
              print(error)
        prints: Calling tool ['ask'] timed out (no response after 270s).
`;

interface Answered {
  readonly status: number | undefined;
  readonly body: any;
}

/** Asks the control route, as a test in any language does. */
function ask(
  base: string | undefined,
  line: string,
  {
    body,
    headers,
    token,
  }: { body?: unknown; headers?: Record<string, string>; token?: string | undefined } = {},
): Promise<Answered> {
  const [method, path] = line.split(' ');
  return new Promise((resolve, reject) => {
    const sending = request(`${base}/${path}`, {
      method,
      headers: { ...headers, ...(token && { authorization: `Bearer ${token}` }) },
    });
    sending.on('error', reject).on('response', (response) => {
      text(response)
        .then((json) => resolve({ status: response.statusCode, body: JSON.parse(json) }))
        .catch(reject);
    });
    sending.end(body === undefined ? undefined : JSON.stringify(body));
  });
}

describe('the control route', () => {
  let folder: ReturnType<typeof folderOf>;
  let serving: Serving;
  let base: string;
  let url: string;
  beforeAll(async () => {
    folder = folderOf({ 'greeting.yaml': greeting, 'asks.yaml': asks });
    serving = await serve(['.'], folder.path);
    ({ ANTHROPIC_BASE_URL: base = '', CALLSHEET_CONTROL_URL: url = '' } = serving.env);
  });
  afterAll(async () => {
    await serving.stop();
    folder[Symbol.dispose]();
  });

  test('gives the transcript, of all sessions or of one', async () => {
    await ask(url, 'POST reset');
    await say('Hi', { base: `${base}/s/greeting.1` });
    await say('Hi', { base: `${base}/s/greeting.2` });
    const { body: all } = await ask(url, 'GET transcript');
    const { body: one } = await ask(url, 'GET transcript?session=greeting.2');
    expect(all).toHaveLength(2 * one.length);
    expect(one).toEqual(all.slice(one.length));
    expect(one).toContainEqual(
      expect.objectContaining({ type: 'text.written', text: 'Hi there.' }),
    );
    expect(await ask(url, 'GET transcript?session=nobody')).toEqual({
      status: 404,
      body: { error: 'There is no session "nobody".' },
    });
  });

  test('gives the verdict: what was played, and which rules were broken', async () => {
    await ask(url, 'POST reset');
    await say('Hi', { base: `${base}/s/greeting` });
    const { body } = await ask(url, 'GET verdict?session=greeting');
    expect(body).toMatchObject({
      ok: false,
      scenarios: [{ name: 'greeting', ok: false, failures: [{ code: 'turn.unplayed' }] }],
      verdict: [],
    });
    expect((await ask(url, 'GET verdict')).body.scenarios).toHaveLength(2);
    await say('Good morning', { base: `${base}/s/lost` });
    expect((await ask(url, 'GET verdict')).body.verdict).toMatchObject([
      { rule: 'script.unexpected', session: 'lost' },
    ]);
  });

  test('moves the clock: a call that waits too long is given up', async () => {
    await ask(url, 'POST reset');
    const messages: unknown[] = [{ role: 'user', content: 'Ask' }];
    const post = async (container?: string) => {
      const response = await fetch(`${base}/s/asks/v1/messages`, {
        method: 'POST',
        body: JSON.stringify({
          model: 'claude-sonnet-4-6',
          max_tokens: 64,
          container,
          tools: [
            {
              name: 'ask',
              input_schema: { type: 'object' },
              allowed_callers: ['code_execution_20260120'],
            },
          ],
          messages,
        }),
      });
      const body: any = await response.json();
      return body;
    };
    const paused = await post();
    const moved = await ask(url, 'POST clock', { body: { advance: 300_000 } });
    expect(moved).toEqual(await ask(url, 'GET clock'));
    expect(moved.body.sessions).toEqual([
      {
        session: 'asks',
        now: expect.any(Number),
        time: expect.stringMatching(/^2035-01-01T00:05:/),
      },
    ]);
    const call = paused.content.find((block: any) => block.type === 'tool_use');
    const result = { type: 'tool_result', tool_use_id: call.id, content: 'late' };
    messages.push({ role: 'assistant', content: paused.content });
    messages.push({ role: 'user', content: [result] });
    expect((await post(paused.container.id)).content[0].content.stdout).toContain('timed out');
    const { body } = await ask(url, 'GET verdict?session=asks');
    expect(body.scenarios[0].failures).toEqual([]);
    expect(body.verdict).toMatchObject([{ rule: 'answer.late', times: 1 }]);
  });

  test('begins anew: the same conversation gets the same answer', async () => {
    await ask(url, 'POST reset');
    const first = await say('Hi', { base });
    const { body } = await ask(url, 'POST reset');
    expect(body.scenarios).toMatchObject([{ name: 'asks' }, { name: 'greeting', ok: false }]);
    expect((await ask(url, 'GET transcript')).body).toEqual([]);
    expect(await say('Hi', { base })).toEqual(first);
  });

  test.each([
    ['GET nowhere', undefined, 404, 'There is no GET /_callsheet/nowhere: there are GET'],
    ['GET reset', undefined, 404, 'there are GET transcript'],
    ['POST clock', { advance: -5 }, 400, 'Expected {"advance": milliseconds}'],
    ['POST clock', undefined, 400, 'Expected {"advance": milliseconds}'],
    ['POST clock', { advance: 5, session: 'nobody' }, 404, 'There is no session "nobody".'],
  ])('%s with %j is refused', async (line, body, status, error) => {
    const answered = await ask(url, line, { body });
    expect(answered).toEqual({ status, body: { error: expect.stringContaining(error) } });
  });

  test.each([
    [{ origin: 'https://example.com' }, 'Pages of a browser are not let in.'],
    [{ host: 'example.com' }, 'Without a token only this machine is let in, not "example.com".'],
  ])('lets no page of a browser in: %j', async (headers, error) => {
    expect(await ask(url, 'POST reset', { headers })).toEqual({ status: 403, body: { error } });
  });
});

test('what was broken before a reset is in the verdict at the end', async () => {
  using folder = folderOf({ 'greeting.yaml': greeting });
  const serving = await serve(['greeting.yaml', '--json'], folder.path);
  const { ANTHROPIC_BASE_URL: base, CALLSHEET_CONTROL_URL: url } = serving.env;
  await say('Good morning', { base: `${base}/s/a` });
  await ask(url, 'POST reset');
  await say('Hi', { base: `${base}/s/a` });
  const { status, stdout } = await serving.stop();
  expect(status).toBe(1);
  expect(JSON.parse(stdout)).toMatchObject({
    scenarios: [{ name: 'greeting', sessions: ['2. a'], failures: [{ code: 'turn.unplayed' }] }],
    verdict: [{ rule: 'script.unexpected', session: '1. a' }],
  });
});

test('where others can reach it, it asks for a token', async () => {
  using folder = folderOf({ 'greeting.yaml': greeting });
  const serving = await serve(['greeting.yaml', '--host', '0.0.0.0'], folder.path);
  const token = serving.env['CALLSHEET_CONTROL_TOKEN'];
  const url = serving.env['CALLSHEET_CONTROL_URL']?.replace('0.0.0.0', '127.0.0.1');
  expect(token).toMatch(/^[\w-]{32}$/);
  expect((await ask(url, 'GET verdict')).status).toBe(401);
  expect((await ask(url, 'GET verdict', { token: `${token}x` })).status).toBe(401);
  expect((await ask(url, 'GET verdict', { token })).status).toBe(200);
  await serving.stop();
});

test('a token of the user’s own is asked for on this machine, too', async () => {
  using folder = folderOf({ 'greeting.yaml': greeting });
  const env = { CALLSHEET_CONTROL_TOKEN: 'secret' };
  const serving = await serve(['greeting.yaml'], folder.path, env);
  const url = serving.env['CALLSHEET_CONTROL_URL'];
  expect((await ask(url, 'GET verdict')).status).toBe(401);
  expect((await ask(url, 'GET verdict', { token: 'secret' })).status).toBe(200);
  await serving.stop();
});
