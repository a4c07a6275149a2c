import { expect, test } from 'vitest';
import {
  answered,
  begins,
  cell,
  codeCall,
  directCall,
  ends,
  handMade,
  prints,
  sent,
} from '../../../test/scenario/hand-made-transcript.ts';
import { session } from '../../../test/support/recorded-session.ts';
import { transcriptOf } from '../../cassette/transcript-of.ts';
import { toYaml } from '../to-yaml.ts';
import { recordedScenario } from './recorded-scenario.ts';

const request = (body: object) => ({
  type: 'request.received' as const,
  request: 'req_1',
  body: { model: 'claude-sonnet-4-6', messages: [{ role: 'user', content: 'Hi' }], ...body },
});

/** A call and its answer, by an id that no other call has. */
const callOf = (
  id: number,
  made: ReturnType<typeof directCall>,
  answer: ReturnType<typeof answered>,
) => [made, answer].map((event) => ({ ...event, call: `toolu_${id}` }));

test('a recorded session is a scenario as one would write it', () => {
  const { scenario, remarks } = recordedScenario('rows', transcriptOf(session));
  expect(toYaml(scenario)).toMatchInlineSnapshot(`
    "scenario: rows
    model: claude-sonnet-4-6
    tools:
      fetch_rows:
        returns: 7
    turns:
      - user: How many rows?
        claude:
          - runs: |
              rows = await fetch_rows({})
              print(rows)
            prints: "7"
          - says: Seven.
    expect:
      calls:
        - fetch_rows: {}
    "
  `);
  expect(remarks).toEqual([]);
});

test('tools are declared as they were, and answer what they answered', () => {
  const declared = [
    { type: 'code_execution_20260120', name: 'code_execution' },
    { name: 'unused', input_schema: { type: 'object' } },
    {
      name: 'fetch',
      description: 'Rows',
      input_schema: { type: 'object' },
      allowed_callers: ['code_execution_20250825'],
    },
    { name: 'ask', input_schema: { type: 'object' }, allowed_callers: ['direct'] },
  ];
  const { scenario } = recordedScenario(
    'tools',
    handMade(
      request({ tools: declared }),
      begins('1'),
      cell('c1', '…'),
      ...callOf(1, codeCall('c1', 'fetch', { sku: 'A' }), answered('fetch', '[1,2]')),
      ...callOf(2, codeCall('c1', 'fetch', { sku: 'B' }), answered('fetch', 'no such SKU', true)),
      ...callOf(3, codeCall('c1', 'fetch', { sku: 'A' }), answered('fetch', '[1,2]')),
      prints('c1', ''),
      ...callOf(4, directCall('ask', { q: 1 }), answered('ask', 'yes')),
      ...callOf(5, directCall('ask', { q: 1 }), answered('ask', '{"no": 1}')),
      ends(),
    ),
  );
  expect(scenario.data.tools).toEqual({
    unused: {
      input_schema: { type: 'object' },
      allowed_callers: ['direct'],
      throws: 'this tool was not called when the session was recorded',
    },
    fetch: {
      description: 'Rows',
      input_schema: { type: 'object' },
      answers: [
        { with: { sku: 'A' }, returns: [1, 2] },
        { with: { sku: 'B' }, throws: 'no such SKU' },
      ],
    },
    ask: {
      input_schema: { type: 'object' },
      allowed_callers: ['direct'],
      answers: [
        { with: { q: 1 }, times: 1, returns: 'yes' },
        // Written again it would be another text.
        { with: { q: 1 }, times: 1, returns: '{"no": 1}' },
      ],
    },
  });
});

test('calls of one response are expected together; after the end of the recording, any', () => {
  const { scenario, remarks } = recordedScenario(
    'calls',
    handMade(
      begins('1'),
      cell('c1', '…'),
      codeCall('c1', 'a', {}),
      codeCall('c1', 'b', {}),
      sent(),
      answered('a', '1'),
      answered('b', '2'),
      codeCall('c1', 'a', { n: 2 }),
      sent(),
    ),
  );
  expect(scenario.data.expect?.calls).toEqual([
    {
      together: [
        { call: 'a', input: {} },
        { call: 'b', input: {} },
      ],
    },
    { call: 'a', input: { n: 2 } },
    { anything: true },
  ]);
  expect(scenario.data.tools).toEqual({ a: { returns: 1 }, b: { returns: 2 } });
  expect(remarks).toEqual(['the end of the last turn: the recording ends before it']);
});

test('what cells and commands did is said, unless they end otherwise here', () => {
  const recorded = (stdout: string, error?: string) =>
    handMade(
      begins('1'),
      cell('c1', 'print(random())'),
      prints('c1', stdout, error ? { stderr: `Traceback:\n  …\n${error}\n`, return_code: 1 } : {}),
      {
        type: 'command.started',
        step: 1,
        command: 'b1',
        container: 'k',
        tool: 'bash_code_execution',
        input: { command: 'false' },
      },
      {
        type: 'command.finished',
        command: 'b1',
        result: {
          type: 'bash_code_execution_result',
          stdout: '',
          stderr: '',
          return_code: 1,
          content: [],
        },
      },
      ends(),
    );
  const steps = (here?: ReturnType<typeof recorded>) => {
    const { scenario, remarks } = recordedScenario('ends', recorded('0.5\n'), { here });
    return [scenario.data.turns?.[0]?.claude[0], ...remarks];
  };
  const runs = 'print(random())';
  expect(steps()).toEqual([{ runs, prints: '0.5' }]);
  expect(steps(recorded('0.5\n'))).toEqual([{ runs, prints: '0.5' }]);
  expect(steps(recorded('0.7\n'))).toEqual([{ runs }, 'how cell 1 ended: here it ends otherwise']);
  expect(steps(recorded('', "KeyError: 'x'"))).toEqual([
    { runs, return_code: 1 },
    'how cell 1 ended: here it fails with KeyError',
  ]);
  const failing = recordedScenario('fails', recorded('', "KeyError: 'x'"));
  expect(failing.scenario.data.turns?.[0]?.claude).toEqual([
    { runs, raises: 'KeyError' },
    { bash: 'false', return_code: 1 },
  ]);
});

test('several sessions are conversations; what cannot be told apart is left out', () => {
  const one = (session: string, user: string) =>
    handMade(begins('1', user), { type: 'text.written', step: 0, text: 'Hm.' }, ends()).map(
      (event) => ({ ...event, session }),
    );
  const { scenario, remarks } = recordedScenario('several', [
    ...one('1', 'Hi'),
    ...one('2', ''),
    ...one('3', 'Hi'),
  ]);
  expect(
    scenario.data.conversations?.map(({ conversation, turns }) => [conversation, turns]),
  ).toEqual([
    ['conversation 1', [{ user: 'Hi', claude: [{ says: 'Hm.' }] }]],
    ['conversation 2', [{ user: '(not recorded)', claude: [{ says: 'Hm.' }] }]],
  ]);
  expect(remarks).toEqual(['another conversation that begins with "Hi"']);
});

test('what came before, attachments and tools of the server are not in it', () => {
  const content = [
    { type: 'text', text: 'Sum' },
    { type: 'container_upload', file_id: 'f' },
  ];
  const messages = [
    { role: 'user', content: 'Hi' },
    { role: 'assistant', content: 'Hi.' },
    { role: 'user', content },
  ];
  const body = { content: [{ type: 'server_tool_use', id: 's', name: 'web_search', input: {} }] };
  const { remarks } = recordedScenario(
    'rest',
    handMade(
      request({ messages }),
      begins('1', 'Sum'),
      { type: 'text.written', step: 0, text: '7' },
      ends(),
      { ...sent(), body },
    ),
  );
  expect(remarks).toEqual([
    'what was said before the first request (2 messages)',
    'what the user attached (container_upload)',
    'what Claude did with web_search',
  ]);
});

test('pages that code fetched are the web of the scenario', () => {
  const page = { url: 'https://a.example/', title: 'A', content: 'A.' };
  const { scenario } = recordedScenario(
    'web',
    handMade(
      begins('1'),
      cell('c1', '…'),
      {
        type: 'web.called',
        call: 's',
        cell: 'c1',
        tool: 'web_fetch',
        input: { url: page.url },
        answer: { pages: [page] },
      },
      prints('c1', ''),
      ends(),
    ),
  );
  expect(scenario.data.web).toEqual([page]);
});

test('without what Claude did, or what a tool answered, there is no scenario', () => {
  expect(() => recordedScenario('none', handMade(request({})))).toThrow(
    'nothing that Claude did is recorded in it',
  );
  expect(() =>
    recordedScenario('none', handMade(begins('1'), cell('c1', '…'), codeCall('c1', 'roll', {}))),
  ).toThrow('the recording holds no answer of the tool "roll", which is called in it');
});
