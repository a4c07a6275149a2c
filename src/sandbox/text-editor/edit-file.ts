import { Buffer } from 'node:buffer';
import type { TextEditorResult } from '../../protocol/command-results.ts';
import type { TextEditorCommand } from '../../protocol/container-tools.ts';
import {
  type FileTree,
  findNode,
  isDirectory,
  isRegular,
  makeDirectory,
  normalisePath,
  readBytes,
  writeBytes,
} from '../files/file-tree.ts';
import { hunkOf } from './hunk.ts';

const PREFIX = 'text_editor_code_execution';

export interface EditContext {
  /** What `$INPUT_DIR` and the like in a path stand for. */
  readonly environment: Readonly<Record<string, string>>;
  /** Where relative paths start. */
  readonly directory: string;
}

/**
 * Does what a text editor command says and answers as the tool does. What the command does wrong is an error result; this
 * never throws for it. The words of error messages are ours: the API does not document them.
 */
export function editFile(
  tree: FileTree,
  command: TextEditorCommand,
  context: EditContext,
): TextEditorResult {
  const path = normalisePath(context.directory, expand(command.path, context.environment));
  switch (command.command) {
    case 'view':
      return view(tree, path, command.view_range);
    case 'create':
      return create(tree, path, command.file_text);
    case 'str_replace':
      return replace(tree, path, command.old_str, command.new_str ?? '');
    default:
      return failure('invalid_tool_input', 'The command must be view, create or str_replace.');
  }
}

/** An error result. */
export function failure(
  error_code: 'file_not_found' | 'invalid_tool_input' | 'unavailable',
  error_message: string | null,
): TextEditorResult {
  return { type: `${PREFIX}_tool_result_error`, error_code, error_message };
}

function view(
  tree: FileTree,
  path: string,
  range: readonly number[] | undefined,
): TextEditorResult {
  const node = findNode(tree, path);
  if (!node) return missing(path);
  if (isDirectory(node)) {
    return text(Object.keys(node.children).toSorted(), range);
  }
  const bytes = readBytes(tree, path);
  const kind = kindOf(bytes);
  if (kind !== 'text') {
    return {
      type: `${PREFIX}_view_result`,
      file_type: kind,
      content: Buffer.from(bytes).toString('base64'),
      num_lines: null,
      start_line: null,
      total_lines: null,
    };
  }
  return text(linesOf(decode(bytes)), range);
}

function text(lines: readonly string[], range: readonly number[] | undefined): TextEditorResult {
  const [from = 1, to = -1] = range ?? [];
  const last = to === -1 ? lines.length : Math.min(to, lines.length);
  const valid = Number.isInteger(from) && Number.isInteger(to) && from >= 1 && to >= -1;
  if (!valid || (range && (from > Math.max(1, lines.length) || last < from))) {
    return failure(
      'invalid_tool_input',
      `Invalid view_range [${from}, ${to}]: the file has ${lines.length} lines.`,
    );
  }
  const shown = lines.slice(from - 1, last);
  return {
    type: `${PREFIX}_view_result`,
    file_type: 'text',
    content: shown.join('\n'),
    num_lines: shown.length,
    start_line: from,
    total_lines: lines.length,
  };
}

function create(tree: FileTree, path: string, content: string): TextEditorResult {
  const known = findNode(tree, path);
  if (known && !isRegular(known)) return failure('invalid_tool_input', `${path} is a directory.`);
  try {
    makeDirectory(tree, normalisePath(path, '..'), true);
    writeBytes(tree, path, new TextEncoder().encode(content));
  } catch (error) {
    return failure('invalid_tool_input', error instanceof Error ? error.message : String(error));
  }
  return { type: `${PREFIX}_create_result`, is_file_update: known !== undefined };
}

function replace(tree: FileTree, path: string, old: string, replacement: string): TextEditorResult {
  const node = findNode(tree, path);
  if (!node) return missing(path);
  if (!isRegular(node)) return failure('invalid_tool_input', `${path} is a directory.`);
  const before = decode(readBytes(tree, path));
  const count = old === '' ? 0 : before.split(old).length - 1;
  if (count !== 1) {
    const found = count === 0 ? 'was not found' : `occurs ${count} times`;
    return failure(
      'invalid_tool_input',
      `old_str ${found} in ${path}; it must occur exactly once.`,
    );
  }
  const at = before.indexOf(old);
  const after = before.slice(0, at) + replacement + before.slice(at + old.length);
  writeBytes(tree, path, new TextEncoder().encode(after));
  return {
    type: `${PREFIX}_str_replace_result`,
    ...hunkOf(linesOf(before), linesOf(after)),
  };
}

function missing(path: string): TextEditorResult {
  return failure('file_not_found', `No such file or directory: ${path}`);
}

/** The lines of a text. A newline at the very end begins no line. */
function linesOf(content: string): string[] {
  const lines = content.split('\n');
  if (lines.at(-1) === '') lines.pop();
  return lines;
}

function decode(bytes: Uint8Array): string {
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
}

const SIGNATURES: readonly (readonly [kind: 'image' | 'pdf', bytes: string])[] = [
  ['pdf', '%PDF-'],
  ['image', '\x89PNG\r\n\x1a\n'],
  ['image', '\xff\xd8\xff'],
  ['image', 'GIF8'],
];

function kindOf(bytes: Uint8Array): 'text' | 'image' | 'pdf' {
  const start = Buffer.from(bytes.subarray(0, 12)).toString('latin1');
  const found = SIGNATURES.find(([, signature]) => start.startsWith(signature));
  if (found) return found[0];
  return start.startsWith('RIFF') && start.endsWith('WEBP') ? 'image' : 'text';
}

/** The editor takes `$INPUT_DIR/name` literally, although no shell reads it. */
function expand(path: string, environment: Readonly<Record<string, string>>): string {
  return path.replace(
    /^\$(?:\{(\w+)\}|(\w+))/,
    (whole, braced: string | undefined, bare: string | undefined) =>
      environment[braced ?? bare ?? ''] ?? whole,
  );
}
