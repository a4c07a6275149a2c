import { expect, test } from 'vitest';
import type { TextEditorResult } from '../../dist/protocol/command-results.js';
import type { TextEditorCommand } from '../../dist/protocol/container-tools.js';
import type { SandboxContainer } from '../../dist/protocol/sandbox.js';
import { EPOCH, useSandbox } from './harness.ts';

const sandbox = useSandbox();
let containers = 0;

async function open(): Promise<SandboxContainer> {
  return sandbox.createContainer({ id: `editor_${++containers}`, seed: 'seed', epoch: EPOCH });
}

async function edit(
  container: SandboxContainer,
  command: TextEditorCommand,
): Promise<TextEditorResult> {
  if (!container.edit) throw new Error('This sandbox has no text editor.');
  return container.edit({ ...command, at: 0 });
}

async function withFile(text: string): Promise<SandboxContainer> {
  const container = await open();
  await edit(container, { command: 'create', path: '/tmp/f.txt', file_text: text });
  return container;
}

const ERROR = 'text_editor_code_execution_tool_result_error';

test('create says whether the file was there before', async () => {
  const container = await open();
  const command = { command: 'create', path: '/tmp/new/f.txt', file_text: 'a' } as const;
  const type = 'text_editor_code_execution_create_result';
  expect(await edit(container, command)).toEqual({ type, is_file_update: false });
  expect(await edit(container, command)).toEqual({ type, is_file_update: true });
});

test('view shows a file without its last newline, and counts lines', async () => {
  const container = await withFile('one\ntwo\n');
  expect(await edit(container, { command: 'view', path: '/tmp/f.txt' })).toEqual({
    type: 'text_editor_code_execution_view_result',
    file_type: 'text',
    content: 'one\ntwo',
    num_lines: 2,
    start_line: 1,
    total_lines: 2,
  });
});

test('view shows a range of lines', async () => {
  const container = await withFile('1\n2\n3\n4\n');
  const view = { command: 'view', path: '/tmp/f.txt' } as const;
  expect(await edit(container, { ...view, view_range: [2, 3] })).toMatchObject({
    content: '2\n3',
    num_lines: 2,
    start_line: 2,
    total_lines: 4,
  });
  expect(await edit(container, { ...view, view_range: [3, -1] })).toMatchObject({
    content: '3\n4',
  });
  expect(await edit(container, { ...view, view_range: [9, 10] })).toMatchObject({
    type: ERROR,
    error_code: 'invalid_tool_input',
  });
});

test('view gives images and PDFs in base64', async () => {
  const container = await open();
  await container.writeFile?.('a.pdf', new TextEncoder().encode('%PDF-1.7'));
  expect(await edit(container, { command: 'view', path: '$INPUT_DIR/a.pdf' })).toEqual({
    type: 'text_editor_code_execution_view_result',
    file_type: 'pdf',
    content: 'JVBERi0xLjc=',
    num_lines: null,
    start_line: null,
    total_lines: null,
  });
});

test('a file that is not there is an error with a message', async () => {
  const container = await open();
  const error = {
    type: ERROR,
    error_code: 'file_not_found',
    error_message: 'No such file or directory: /tmp/x',
  };
  expect(await edit(container, { command: 'view', path: '/tmp/x' })).toEqual(error);
  expect(
    await edit(container, { command: 'str_replace', path: '/tmp/x', old_str: 'a', new_str: 'b' }),
  ).toEqual(error);
});

test('str_replace answers with a hunk: three lines of context, removed before added', async () => {
  const container = await withFile('1\n2\n3\n4\nold a\nkeep\nold b\n8\n9\n10\n11\n');
  const result = await edit(container, {
    command: 'str_replace',
    path: '/tmp/f.txt',
    old_str: 'old a\nkeep\nold b',
    new_str: 'new a\nkeep\nnew b\nnew c',
  });
  expect(result).toEqual({
    type: 'text_editor_code_execution_str_replace_result',
    old_start: 2,
    old_lines: 9,
    new_start: 2,
    new_lines: 10,
    lines: [
      ' 2',
      ' 3',
      ' 4',
      '-old a',
      '+new a',
      ' keep',
      '-old b',
      '+new b',
      '+new c',
      ' 8',
      ' 9',
      ' 10',
    ],
  });
});

test('str_replace without new_str removes', async () => {
  const container = await withFile('a\nb\nc\n');
  expect(
    await edit(container, { command: 'str_replace', path: '/tmp/f.txt', old_str: 'b\n' }),
  ).toMatchObject({ old_lines: 3, new_lines: 2, lines: [' a', '-b', ' c'] });
});

test('str_replace wants the old text exactly once', async () => {
  const container = await withFile('a a\n');
  const replace = { command: 'str_replace', path: '/tmp/f.txt', new_str: 'x' } as const;
  expect(await edit(container, { ...replace, old_str: 'b' })).toMatchObject({
    error_code: 'invalid_tool_input',
    error_message: expect.stringContaining('was not found'),
  });
  expect(await edit(container, { ...replace, old_str: 'a' })).toMatchObject({
    error_code: 'invalid_tool_input',
    error_message: expect.stringContaining('occurs 2 times'),
  });
});

test('create and view of one file sent together both fail, and leave no file', async () => {
  const container = await open();
  const results = await container.editTogether?.(
    [
      { command: 'create', path: '/tmp/f.txt', file_text: 'a' },
      { command: 'view', path: '/tmp/f.txt' },
      { command: 'create', path: '/tmp/other.txt', file_text: 'a' },
    ],
    0,
  );
  expect(results).toEqual([
    {
      type: ERROR,
      error_code: 'unavailable',
      error_message:
        'Tool response parsing error for create: Failed to parse tool response as JSON: Input is a zero-length, empty document: line 1 column 1 (char 0)',
    },
    {
      type: ERROR,
      error_code: 'unavailable',
      error_message:
        'Tool response parsing error for view: Failed to parse tool response as JSON: unexpected character: line 1 column 1 (char 0)',
    },
    { type: 'text_editor_code_execution_create_result', is_file_update: false },
  ]);
  expect(await edit(container, { command: 'view', path: '/tmp/f.txt' })).toMatchObject({
    error_code: 'file_not_found',
  });
});

test('edits of one file sent together are made one after the other', async () => {
  const container = await withFile('a\nb\n');
  const results = await container.editTogether?.(
    [
      { command: 'str_replace', path: '/tmp/f.txt', old_str: 'a', new_str: 'x\ny' },
      { command: 'str_replace', path: '/tmp/f.txt', old_str: 'b', new_str: 'z' },
    ],
    0,
  );
  expect(results?.[1]).toMatchObject({ lines: [' x', ' y', '-b', '+z'] });
});
