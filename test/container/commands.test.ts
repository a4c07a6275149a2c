import Anthropic from '@anthropic-ai/sdk';
import {
  assertScenario,
  createFakeApi,
  type FakeApi,
  parseScenario,
  python,
  runScenario,
  scenario,
  type Scenario,
  toYaml,
} from 'callsheet';
import { afterEach, expect, test } from 'vitest';
import type { Message } from '../../dist/protocol/message.js';

let api: FakeApi;
afterEach(() => api.dispose());

const tools = [{ type: 'code_execution_20260521' as const, name: 'code_execution' as const }];

/** Plays the first turn of a scenario through the SDK; the results of what Claude used, in order. */
async function play(script: Scenario, stream = false): Promise<Message['content']> {
  api = createFakeApi({ script });
  const client = new Anthropic({ apiKey: 'test', maxRetries: 0, fetch: api.fetch });
  const request = {
    model: 'claude-sonnet-4-6',
    max_tokens: 1024,
    tools,
    messages: [{ role: 'user' as const, content: 'Go' }],
  };
  const message = stream
    ? await client.messages.stream(request).finalMessage()
    : await client.messages.create(request);
  return JSON.parse(JSON.stringify(message.content));
}

function results(content: Message['content']): unknown[] {
  return content.flatMap((block) => ('tool_use_id' in block ? [block.content] : []));
}

test('commands, edits and cells work on the same files, each a process of its own [command.state]', async () => {
  const mixed = scenario('mixed', (claude) => {
    claude
      .onUser('Go')
      .edits({ command: 'create', path: '/tmp/a.py', file_text: 'print(6 * 7)\n' })
      .runsBash('X=1; cd /; python3 /tmp/a.py > /tmp/out; cat /tmp/out')
      .runs(python`
        answer = int(open("/tmp/out").read())
        print(answer + 1)
      `)
      .runsBash('echo "[$X] $PWD"; python3 -c "print(answer)"')
      .edits({ command: 'str_replace', path: '/tmp/out', old_str: '42', new_str: '43' })
      .edits({ command: 'view', path: '/tmp/out' })
      .runs(python`print(answer)`);
  });
  expect(results(await play(mixed))).toMatchObject([
    { type: 'text_editor_code_execution_create_result', is_file_update: false },
    { type: 'bash_code_execution_result', stdout: '42\n', return_code: 0 },
    { type: 'code_execution_result', stdout: '43\n' },
    {
      stdout: '[] /tmp\n',
      stderr: expect.stringMatching(/NameError: name 'answer' is not defined\n$/),
      return_code: 1,
    },
    { type: 'text_editor_code_execution_str_replace_result', lines: ['-42', '+43'] },
    { type: 'text_editor_code_execution_view_result', content: '43', total_lines: 1 },
    { stdout: '42\n' },
  ]);
});

test.each([false, true])(
  'files at the top of $OUTPUT_DIR are reported, each command’s own; streamed: %s [command.files]',
  async (stream) => {
    const made = scenario('files', (claude) => {
      claude
        .onUser('Go')
        .runsBash(
          "cd $OUTPUT_DIR; echo a > a.txt; python3 -c \"open('b.bin', 'wb').write(bytes([0, 255]))\"; mkdir c; touch c/d",
        )
        .runsBash('ls $OUTPUT_DIR | wc -l');
    });
    const [first, second] = results(await play(made, stream));
    const file = { type: 'bash_code_execution_output', file_id: expect.stringMatching(/^file_01/) };
    expect(first).toMatchObject({ return_code: 0, content: [file, file] });
    expect(second).toMatchObject({ stdout: '0\n', content: [] });
    const captured = api.transcript.events.filter((event) => event.type === 'file.captured');
    expect(captured.map(({ name, data }) => [name, data])).toEqual([
      ['a.txt', 'YQo='],
      ['b.bin', 'AP8='],
    ]);
  },
);

test.each([
  ['while :; do :; done', { error_code: 'execution_time_exceeded' }],
  ['python3 -c "while True: pass"', { error_code: 'execution_time_exceeded' }],
  ['sleep 99999', { error_code: 'execution_time_exceeded' }],
])('a command that never ends is ended: %s [command.bash_error]', async (command, result) => {
  const endless = scenario('endless', (claude) => {
    claude.onUser('Go').runsBash(command).runsBash('echo on');
  });
  expect(results(await play(endless))).toMatchObject([result, { stdout: 'on\n' }]);
});

test('a flood of output is cut, or the command ended', async () => {
  const flood = scenario('flood', (claude) => {
    claude
      .onUser('Go')
      .runsBash('python3 -c "print(\'x\' * 50_000_000)"')
      .runsBash('yes')
      .runsBash('echo on');
  });
  const content = await play(flood);
  expect(JSON.stringify(content).length).toBeLessThan(12_000_000);
  expect(results(content).at(-1)).toMatchObject({ stdout: 'on\n' });
});

test('commands and the editor see nothing outside the container', async () => {
  const host = new URL(import.meta.url).pathname;
  const nosy = scenario('nosy', (claude) => {
    claude
      .onUser('Go')
      .runsBash(`cat ${host}`)
      .runsBash(`python3 -c "print(open('${host}').read())"`)
      .edits({ command: 'view', path: `/tmp/../../..${host}` })
      .runsBash('curl -s http://127.0.0.1:1/ || echo refused; env | grep -c NODE');
  });
  const [cat, open, view, rest] = results(await play(nosy));
  expect(cat).toMatchObject({ stdout: '', return_code: 1 });
  expect(open).toMatchObject({ stdout: '', return_code: 1 });
  expect(view).toMatchObject({ error_code: 'file_not_found' });
  expect(rest).toMatchObject({ stdout: 'refused\n0\n' });
});

test('time is virtual and the same for everything in the container', async () => {
  const timed = scenario('timed', (claude) => {
    claude.onUser('Go').runsBash('sleep 50; date -u +%FT%T').runs(python`
        import datetime
        print(datetime.datetime.now(datetime.UTC).isoformat()[:19])
      `);
  });
  const [bash, cell] = results(await play(timed));
  expect(bash).toMatchObject({ stdout: '2035-01-01T00:00:50\n' });
  expect(cell).toMatchObject({ stdout: '2035-01-01T00:00:50\n' });
});

const yaml = `
scenario: shell
turns:
  - user: Count the rows.
    claude:
      - edit: { command: create, path: rows.csv, file_text: "a,b\\n1,2\\n" }
      - bash: tail -n +2 rows.csv | wc -l
      - says: One row.
  - user: And the columns?
    claude:
      - bash: head -1 rows.csv | tr , '\\n' | wc -l
`;

test.each(['fetch', 'sdk'] as const)(
  'a scenario in YAML runs commands over several turns; client: %s',
  async (client) => {
    const shell = parseScenario(yaml);
    expect(parseScenario(toYaml(shell)).data).toEqual(shell.data);
    api = createFakeApi({ script: shell, fidelity: { unofferedTools: 'refused' } });
    expect(await runScenario(shell, { api, client })).toEqual({ ok: true, failures: [] });
    assertScenario(shell, api.transcript);
    const ended = api.transcript.events.filter((event) => event.type === 'command.finished');
    expect(ended.map(({ result }) => result)).toMatchObject([
      { is_file_update: false },
      { stdout: '1\n' },
      { stdout: '2\n' },
    ]);
  },
);
