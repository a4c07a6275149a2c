import { expect, test } from 'vitest';
import { createCannedSandbox } from '../../test/support/canned-sandbox.ts';
import {
  assistant,
  fetchRows,
  results,
  runs,
  says,
  send,
  user,
} from '../../test/support/conversation.ts';
import { createListScript } from '../../test/support/list-script.ts';
import { createFakeApi } from '../api/create-fake-api.ts';
import type { WebAnswer } from '../protocol/web.ts';

const page = { url: 'https://a.test/', title: 'A – b', content: 'Text.' };
const search = { key: 's', name: 'web_search', input: { query: 'a' } };
const fetched = { key: 'f', name: 'web_fetch', input: { url: page.url } };
const rows = { key: 'r', name: 'fetch_rows', input: {} };

/** A fake whose first cell makes these calls at once, and whose second makes none. */
function browser(
  calls: (typeof search | typeof fetched | typeof rows)[],
  answer: WebAnswer = { pages: [page] },
) {
  const sandbox = createCannedSandbox({
    one: [{ calls }, { stdout: 'secret\n', stderr: 'warned\n' }],
    two: [{ stdout: 'plain\n' }],
  });
  const script = {
    ...createListScript([runs('one'), runs('two'), says('Done.')]),
    web: () => answer,
  };
  return { sandbox, api: createFakeApi({ script, sandbox }) };
}

const web = (version: string, more: object = {}) => [
  { type: `web_search_${version}`, name: 'web_search', ...more },
  { type: `web_fetch_${version}`, name: 'web_fetch', ...more },
];
const begin = { tools: web('20260209'), messages: [user('Hi')] };
const types = ({ content }: { content: { type: string }[] }) => content.map((block) => block.type);

test('a page that code fetches is in the response: use and result name the cell [web.nested] [web.usage]', async () => {
  const { api } = browser([fetched]);
  const { body } = await send(api, begin);
  const [cell, use, result, end] = body.content;
  const caller = { type: 'code_execution_20260120', tool_id: cell.id };
  expect(use).toEqual({
    type: 'server_tool_use',
    id: expect.stringMatching(/^srvtoolu_01/),
    name: 'web_fetch',
    input: { url: page.url },
    caller,
  });
  expect(result).toEqual({
    type: 'web_fetch_tool_result',
    tool_use_id: use.id,
    content: {
      type: 'web_fetch_result',
      url: page.url,
      retrieved_at: expect.stringMatching(/^2035-01-01T/),
      content: {
        type: 'document',
        source: { type: 'text', media_type: 'text/plain', data: 'Text.' },
        title: 'A – b',
      },
    },
    caller,
  });
  expect(end).toMatchObject({ tool_use_id: cell.id, content: { stdout: 'secret\n' } });
  expect([body.stop_reason, body.container.id]).toEqual(['end_turn', expect.any(String)]);
  expect(body.usage.server_tool_use).toEqual({ web_search_requests: 0, web_fetch_requests: 1 });
});

test('what a cell printed that searched is encrypted, what a later one printed is not [web.encrypted]', async () => {
  const { api } = browser([search, fetched]);
  const { body } = await send(api, begin);
  expect(types(body).slice(0, 6)).toEqual([
    'server_tool_use',
    'server_tool_use',
    'web_search_tool_result',
    'server_tool_use',
    'web_fetch_tool_result',
    'code_execution_tool_result',
  ]);
  expect(body.content[2].content).toEqual([
    {
      type: 'web_search_result',
      title: 'A – b',
      url: page.url,
      encrypted_content: expect.stringMatching(/^Eq[\w+/=]{150,}$/),
      page_age: null,
    },
  ]);
  expect(body.content[5].content).toEqual({
    type: 'encrypted_code_execution_result',
    encrypted_stdout: expect.stringMatching(/^Eq[\w+/=]{150,}$/),
    stderr: 'warned\n',
    return_code: 0,
    content: [],
  });
  expect(body.content[7].content).toMatchObject({ stdout: 'plain\n', abort_reason: null });
  // The transcript knows: scenarios check what cells print.
  expect(api.transcript.events).toContainEqual(
    expect.objectContaining({
      type: 'cell.finished',
      result: expect.objectContaining({ stdout: 'secret\n' }),
    }),
  );
});

test.each([
  ['20260209', '{"type": "web_fetch_result", "url": "https://a.test/", "retrieved_at": '],
  ['20260318', '[{"type": "web_fetch_result", "url": "https://a.test/", "title": "A \\u2013 b", '],
])(
  'code gets JSON in text, as Python writes it; version %s [web.returned]',
  async (version, start) => {
    const { api, sandbox } = browser([search, fetched]);
    await send(api, { ...begin, tools: web(version) });
    const answers = sandbox.log.find((entry) => entry.answers)?.answers;
    expect(answers?.map(({ key }) => key)).toEqual(['s', 'f']);
    expect(JSON.parse(answers![0]!.content)).toMatchObject([{ title: 'A – b', content: 'Text.' }]);
    expect(answers![1]!.content.startsWith(start)).toBe(true);
  },
);

test.each([
  [{ pages: [] }, 'url_not_accessible'],
  [{ error_code: 'unavailable' }, 'unavailable'],
] as const)('a page that cannot be had is an error for both: %j', async (answer, error_code) => {
  const { api, sandbox } = browser([fetched], answer);
  const { body } = await send(api, begin);
  const error = { type: 'web_fetch_tool_result_error', error_code };
  expect(body.content[2].content).toEqual(error);
  const content: string = sandbox.log.find((entry) => entry.answers)!.answers![0]!.content;
  expect(JSON.parse(content)).toEqual(error);
});

test('excluded calls are left out once their cell has ended, and shown while it waits [web.inclusion]', async () => {
  const excluded = web('20260318', { response_inclusion: 'excluded' });
  const whole = (await send(browser([search]).api, { ...begin, tools: excluded })).body;
  expect(types(whole).slice(0, 2)).toEqual(['server_tool_use', 'code_execution_tool_result']);
  expect(whole.usage.server_tool_use.web_search_requests).toBe(1);

  const { api, sandbox } = browser([search, rows]);
  const tools = [...excluded, fetchRows];
  const first = (await send(api, { tools, messages: [user('Hi')] })).body;
  expect(types(first)).toEqual([
    'server_tool_use',
    'server_tool_use',
    'web_search_tool_result',
    'tool_use',
  ]);
  const messages = [user('Hi'), assistant(first), results(first, 'x')];
  const second = (await send(api, { tools, messages, container: first.container.id })).body;
  expect(second.content[0].content.type).toBe('encrypted_code_execution_result');
  const answers = sandbox.log.findLast((entry) => entry.answers)?.answers;
  expect(answers?.map(({ key }) => key)).toEqual(['s', 'r']);
});

test('a script without a web says so', async () => {
  const sandbox = createCannedSandbox({ one: [{ calls: [search] }] });
  const api = createFakeApi({ script: createListScript([runs('one')]), sandbox });
  const { status, body } = await send(api, begin);
  expect([status, body.error.message]).toEqual([
    500,
    expect.stringMatching(
      /^callsheet: Code called web_search\({"query":"a"}\).*Give the scenario a `web`/,
    ),
  ]);
});

test('a model without programmatic calls refuses web tools that only code may call [model.programmatic]', async () => {
  const { body } = await send(browser([]).api, { ...begin, model: 'claude-haiku-4-5' });
  expect(body.error.message).toContain(
    "'claude-haiku-4-5' does not support programmatic tool calling. The following tools have `allowed_callers` that require it: web_search, web_fetch.",
  );
});
