import * as z from 'zod';
import { JsonObject } from './json-object.ts';

/**
 * Content blocks the API is known to send (recorded August 2025 to August 2026, and the SDK's types). Unknown fields and
 * unknown types pass: the API adds both without notice.
 */

const text = z.string();
const id = z.string();
const errorOf = (type: string): z.ZodType =>
  z.looseObject({ type: z.literal(`${type}_error`), error_code: text });

const files = z.array(z.looseObject({ type: text, file_id: id }));

/** What a command or a cell printed. `abort_reason` came with cells in March 2026. */
const output = { stdout: text, stderr: text, return_code: z.int(), content: files };
/** As `output`, after the cell called web search: its stdout is for the model alone. */
const encryptedOutput = { encrypted_stdout: text, stderr: text, return_code: z.int() };

const toolUse = z.looseObject({
  id,
  name: text,
  input: JsonObject,
  caller: z.looseObject({ type: text, tool_id: id.optional() }).optional(),
});

const resultOf = (content: z.ZodType): z.ZodType => z.looseObject({ tool_use_id: id, content });
const listOrError = (tool: string): z.ZodType =>
  resultOf(z.union([z.array(JsonObject), errorOf(`${tool}_tool_result`)]));

/** The schema of each block type known, beside its `type`. */
const KNOWN_BLOCKS = new Map<string, z.ZodType>([
  ['text', z.looseObject({ text, citations: z.array(JsonObject).nullish() })],
  ['thinking', z.looseObject({ thinking: text, signature: text })],
  ['redacted_thinking', z.looseObject({ data: text })],
  ['tool_use', toolUse],
  ['server_tool_use', toolUse],
  ['mcp_tool_use', toolUse],
  ['mcp_tool_result', resultOf(z.union([text, z.array(JsonObject)]))],
  ['container_upload', z.looseObject({ file_id: id })],
  ['compaction', z.looseObject({ content: text.nullish() })],
  [
    'code_execution_tool_result',
    resultOf(
      z.union([
        z.looseObject({ type: z.literal('code_execution_result'), ...output }),
        z.looseObject({ type: z.literal('encrypted_code_execution_result'), ...encryptedOutput }),
        errorOf('code_execution_tool_result'),
      ]),
    ),
  ],
  [
    'bash_code_execution_tool_result',
    resultOf(
      z.union([
        z.looseObject({ type: z.literal('bash_code_execution_result'), ...output }),
        errorOf('bash_code_execution_tool_result'),
      ]),
    ),
  ],
  ['text_editor_code_execution_tool_result', resultOf(z.looseObject({ type: text }))],
  ['web_search_tool_result', listOrError('web_search')],
  ['web_fetch_tool_result', resultOf(z.looseObject({ type: text }))],
  ['tool_search_tool_result', resultOf(z.looseObject({ type: text }))],
]);

/** A block of a recorded message. The value itself is kept, with its fields in their order. */
export type WireBlock = JsonObject & { type: string };
export const WireBlock: z.ZodType<WireBlock> = z
  .custom<WireBlock>(
    (value) =>
      typeof value === 'object' &&
      value !== null &&
      'type' in value &&
      typeof value.type === 'string',
    { message: 'Input should be an object with a `type`' },
  )
  .superRefine((block, context) => {
    const issues = KNOWN_BLOCKS.get(block.type)?.safeParse(block).error?.issues ?? [];
    for (const { path, message } of issues) context.addIssue({ code: 'custom', path, message });
  });
