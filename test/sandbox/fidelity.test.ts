import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { scriptHere, type ScriptRun } from '../support/script-here.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const folder = mkdtempSync(join(tmpdir(), 'callsheet-fidelity-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Python starts once for all runs. */
const fidelity = await scriptHere('fidelity');

let files = 0;

function play(...rows: object[]): Promise<ScriptRun> {
  const file = join(folder, `cells-${++files}.jsonl`);
  writeFileSync(file, rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
  return fidelity(file);
}

const CELL = {
  source: 'own',
  tool_version: 'code_execution_20260120',
  language: 'python',
  tool_calls: [],
  result_type: 'code_execution_result',
  stdout: '',
  stderr: '',
  return_code: 0,
};
const COMMAND = { ...CELL, language: 'bash', result_type: 'bash_code_execution_result' };

test('cells of one source share a container, and equal results are counted', async () => {
  const { code, lines } = await play(
    { ...CELL, id: 'a', code: 'x = 41' },
    { ...COMMAND, id: 'b', code: 'echo $((6 * 7))', stdout: '42\n' },
    { ...CELL, id: 'c', code: 'print(x + 1)', stdout: '42\n' },
  );
  expect(code).toBe(0);
  expect(lines).toEqual([
    'python       2 equal of 2 comparable of 2 recorded',
    'bash         1 equal of 1 comparable of 1 recorded',
    'fidelity: 3 cells, 3 comparable, 3 equal, 0 different',
  ]);
});

test('a different result is shown with its first difference, and the exit code is 1', async () => {
  const { code, lines } = await play({
    ...CELL,
    id: 'a',
    code: 'print(1)\nprint(2)',
    stdout: '1\n3\n',
  });
  expect(code).toBe(1);
  expect(lines).toContain('line 1 (python, own): different: stdout: line 2: "3" recorded, "2"');
});

test('the command prints the same and ends with the same exit code', () => {
  const file = join(folder, 'command.jsonl');
  writeFileSync(file, JSON.stringify({ ...CELL, id: 'a', code: 'print(1)', stdout: '2\n' }));
  const command = [join(ROOT, 'scripts/fidelity.mjs'), file];
  const { status, stdout } = spawnSync(process.execPath, command, { encoding: 'utf8' });
  expect(stdout).toMatch(/^fidelity: 1 cells, 1 comparable, 0 equal, 1 different\n$/m);
  expect(status).toBe(1);
});

test('recorded answers go to the calls they were recorded for', async () => {
  const calls = [2, 1].map((n) => ({
    name: 'ask',
    input: { n },
    kind: 'client',
    result: `answer ${n}`,
  }));
  const code = 'import asyncio\nprint(*await asyncio.gather(ask({"n": 1}), ask({"n": 2})))';
  const row = { ...CELL, id: 'a', code, tool_calls: calls, stdout: 'answer 1 answer 2\n' };
  expect((await play(row)).code).toBe(0);
});

test('a call that was not recorded is a difference', async () => {
  const row = {
    ...CELL,
    id: 'a',
    code: 'await ask({"n": 1})',
    tool_calls: [{ name: 'ask', input: {}, result: '' }],
  };
  expect((await play(row)).lines.at(-1)).toBe(
    'fidelity: 1 cells, 1 comparable, 0 equal, 1 different',
  );
});

const EXCLUDED: readonly (readonly [reason: string, row: object])[] = [
  [
    'its output is encrypted',
    { ...CELL, result_type: 'encrypted_code_execution_result', code: '' },
  ],
  ['the recording ends before its result', { ...CELL, result_type: null, code: '' }],
  [
    'the result of a call of ask was not recorded',
    { ...CELL, code: 'await ask({})', tool_calls: [{ name: 'ask', input: {}, result: null }] },
  ],
  [
    'network: web_fetch was called, and its result was not recorded',
    { ...CELL, code: 'print(await web_fetch({}))', stdout: 'x' },
  ],
  ['network', { ...COMMAND, code: 'curl -sS https://example.com', stdout: 'x' }],
  ['package numpy', { ...COMMAND, code: 'python3 -c "import numpy; print(1)"', stdout: '1\n' }],
  ['file /skills/x/run.py', { ...COMMAND, code: 'python3 /skills/x/run.py', stdout: '1\n' }],
  ["today's date or chance", { ...COMMAND, code: 'date +%F', stdout: '2026-02-03\n' }],
];

for (const [reason, row] of EXCLUDED) {
  test(`not comparable: ${reason}`, async () => {
    const { code, lines } = await play({ id: 'a', ...row });
    expect(code).toBe(0);
    expect(lines).toContain(
      `line 1 (${'language' in row && String(row.language)}, own): not comparable: ${reason}`,
    );
  });
}

test('a file that the cells themselves should have made is no excuse', async () => {
  const { code, lines } = await play(
    { ...COMMAND, id: 'a', code: 'echo x > /tmp/made.txtt # /tmp/made.txt' },
    { ...COMMAND, id: 'b', code: 'cat /tmp/made.txt', stdout: 'x\n' },
  );
  expect(code).toBe(1);
  expect(lines.at(-1)).toBe('fidelity: 2 cells, 2 comparable, 1 equal, 1 different');
});

test('variables of a cell that cannot be compared are missed by the next', async () => {
  const encrypted = {
    ...CELL,
    id: 'a',
    code: 'rows = [1]',
    result_type: 'encrypted_code_execution_result',
  };
  const { code, lines } = await play(encrypted, {
    ...CELL,
    id: 'b',
    code: 'print(rows)',
    stdout: '[1]\n',
  });
  expect(code).toBe(0);
  expect(lines).toContain(
    'line 2 (python, own): not comparable: the variable rows of a cell that is not comparable',
  );
});

test('content a line omits is read from the recording beside the file', async () => {
  const uses = [
    { type: 'server_tool_use', id: 'srvtoolu_1', name: 'code_execution', input: {} },
    {
      type: 'server_tool_use',
      id: 'srvtoolu_2',
      name: 'web_fetch',
      input: { url: 'https://example.com' },
      caller: { type: 'code_execution_20260120', tool_id: 'srvtoolu_1' },
    },
    {
      type: 'web_fetch_tool_result',
      tool_use_id: 'srvtoolu_2',
      content: { url: 'https://example.com', type: 'web_fetch_result' },
    },
  ];
  const message = {
    type: 'message',
    id: 'msg_1',
    role: 'assistant',
    model: 'm',
    content: uses,
    stop_reason: 'end_turn',
    usage: {},
  };
  mkdirSync(join(folder, 'recordings'), { recursive: true });
  writeFileSync(join(folder, 'recordings/own.json'), JSON.stringify(message));
  const { code, lines } = await play({
    ...CELL,
    source: 'own.json',
    id: 'srvtoolu_1',
    code: 'print(await web_fetch({"url": "https://example.com"}))',
    tool_calls: [
      { name: 'web_fetch', input: { url: 'https://example.com' }, result: { omitted_bytes: 9 } },
    ],
    stdout: '{"type": "web_fetch_result", "url": "https://example.com"}\n',
  });
  expect(lines.at(-1)).toBe('fidelity: 1 cells, 1 comparable, 1 equal, 0 different');
  expect(code).toBe(0);
});

test('lines of a file the recording abridges come from its hunks', async () => {
  const edit = { source: 'own', tool_version: 'code_execution_20250825', language: 'text_editor' };
  const created = {
    ...edit,
    id: 'a',
    input: { command: 'create', path: '/tmp/f', file_text: 'one...' },
    result_type: 'text_editor_code_execution_create_result',
    result: { is_file_update: false },
  };
  const replaced = {
    ...edit,
    id: 'b',
    input: { command: 'str_replace', path: '/tmp/f', old_str: 'old', new_str: 'new' },
    result_type: 'text_editor_code_execution_str_replace_result',
    result: {
      old_start: 7,
      old_lines: 4,
      new_start: 7,
      new_lines: 4,
      lines: [' a', ' b', ' c', '-old', '+new'],
    },
  };
  expect((await play(created, replaced)).lines).toEqual([
    'text_editor  2 equal of 2 comparable of 2 recorded; 1 on files the recording abridges',
    'fidelity: 2 cells, 2 comparable, 2 equal, 0 different',
  ]);
  const elsewhere = { ...replaced, result: { ...replaced.result, new_start: 8 } };
  expect((await play(created, elsewhere)).code).toBe(1);
});

test('a file that cannot be read ends with exit code 2', async () => {
  expect(await fidelity(join(folder, 'nowhere.jsonl'))).toMatchObject({
    code: 2,
    errors: expect.stringContaining('ENOENT'),
  });
  const broken = join(folder, 'broken.jsonl');
  writeFileSync(broken, 'no json\n');
  expect(await fidelity(broken)).toMatchObject({
    code: 2,
    errors: expect.stringContaining(
      'no line of it is a recorded cell; the first: the line is no JSON',
    ),
  });
  writeFileSync(broken, '');
  expect((await fidelity(broken)).code).toBe(2);
  expect((await fidelity('--nonsense')).code).toBe(2);
});

test('a line that is no cell is passed over, with what is wrong with it', async () => {
  const { code, lines } = await play(
    { ...COMMAND, code: 'echo $((1 + 1))', stdout: '2\n', of_next_year: [1] },
    { ...COMMAND, language: 'ruby', code: 'puts 1' },
    { ...CELL, code: 7 },
    { ...CELL, code: 'print(1)', tool_calls: [{ name: 'ask' }] },
    { language: 'text_editor', input: { command: 'undo', path: '/a' } },
    [],
    { language: 'python', code: 'print(1)', stdout: '1\n', result_type: 'code_execution_result' },
  );
  expect(code).toBe(0);
  expect(lines.slice(3)).toEqual([
    expect.stringMatching(
      /^line 2 \(ruby, own\): not comparable: the line is no recorded cell: lang/,
    ),
    expect.stringMatching(/^line 3 .*: code: Invalid input/),
    expect.stringMatching(/^line 4 .*: tool_calls\.0\.input: Invalid input/),
    expect.stringMatching(/^line 5 .*: input\.command: Invalid/),
    expect.stringMatching(/^line 6 \(unknown, unknown\): not comparable/),
    'fidelity: 7 cells, 2 comparable, 2 equal, 0 different',
  ]);
});

test('an error of a command is compared by its code, one of the tool itself is not', async () => {
  const failed = { ...COMMAND, result_type: 'bash_code_execution_tool_result_error' };
  const { lines } = await play(
    { ...failed, code: 'while :; do :; done', error_code: 'execution_time_exceeded' },
    { ...failed, code: 'echo 1', error_code: 'execution_time_exceeded' },
    { ...failed, code: 'echo 1', error_code: 'unavailable' },
  );
  expect(lines.slice(1)).toEqual([
    'line 2 (bash, own): different: error_code: "execution_time_exceeded" recorded, nothing',
    'line 3 (bash, own): not comparable: the tool itself failed: unavailable',
    'fidelity: 3 cells, 2 comparable, 1 equal, 1 different',
  ]);
});

const SHARED = resolve(ROOT, '../shared/recordings/cells.jsonl');

test.skipIf(!existsSync(SHARED))(
  'every comparable cell of the shared recordings gives the same',
  async () => {
    const { code, lines } = await fidelity(SHARED, '--json');
    const { different, comparable } = JSON.parse(lines.join('\n')) as Record<string, number>;
    expect({ different, code }).toEqual({ different: 0, code: 0 });
    expect(comparable).toBeGreaterThanOrEqual(106);
  },
);

if (!existsSync(SHARED)) console.log(`skipped: no recordings at ${SHARED}`);
