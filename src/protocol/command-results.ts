import * as z from 'zod';

/** What the bash and the text editor tool answer: the `content` of their result blocks, recorded 2025 to 2026. */

/** Why any of the tools of the container did not run, or not to its end. */
export const TOOL_ERROR_CODES = [
  'invalid_tool_input',
  'unavailable',
  'too_many_requests',
  'execution_time_exceeded',
] as const;

/** What a command printed, how it ended, and the files it left in its `$OUTPUT_DIR`. */
export const BashResult = z.object({
  type: z.literal('bash_code_execution_result'),
  stdout: z.string(),
  stderr: z.string(),
  return_code: z.int(),
  content: z.array(
    z.object({ type: z.literal('bash_code_execution_output'), file_id: z.string() }),
  ),
});
export type BashResult = z.infer<typeof BashResult>;

/** A command that was not run, or not to its end. */
export const BashError = z.object({
  type: z.literal('bash_code_execution_tool_result_error'),
  error_code: z.enum([...TOOL_ERROR_CODES, 'output_file_too_large']),
});
export type BashError = z.infer<typeof BashError>;

const TextEditorViewResult = z.object({
  type: z.literal('text_editor_code_execution_view_result'),
  file_type: z.enum(['text', 'image', 'pdf']),
  /** Text without its last newline; the bytes of an image or a PDF in base64. */
  content: z.string(),
  num_lines: z.int().nullable(),
  start_line: z.int().nullable(),
  total_lines: z.int().nullable(),
});

const TextEditorCreateResult = z.object({
  type: z.literal('text_editor_code_execution_create_result'),
  is_file_update: z.boolean(),
});

/** A hunk of a unified diff: context lines begin with a blank. */
const TextEditorReplaceResult = z.object({
  type: z.literal('text_editor_code_execution_str_replace_result'),
  old_start: z.int().nullable(),
  old_lines: z.int().nullable(),
  new_start: z.int().nullable(),
  new_lines: z.int().nullable(),
  lines: z.array(z.string()).nullable(),
});

/** An edit that could not be done. */
export const TextEditorError = z.object({
  type: z.literal('text_editor_code_execution_tool_result_error'),
  error_code: z.enum([...TOOL_ERROR_CODES, 'file_not_found']),
  error_message: z.string().nullable(),
});
export type TextEditorError = z.infer<typeof TextEditorError>;

export const TextEditorResult = z.discriminatedUnion('type', [
  TextEditorViewResult,
  TextEditorCreateResult,
  TextEditorReplaceResult,
  TextEditorError,
]);
export type TextEditorResult = z.infer<typeof TextEditorResult>;
