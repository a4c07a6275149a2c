import * as z from 'zod';
import { JsonObject } from './json-object.ts';
import {
  WEB_TOOLS,
  WebFetchError,
  WebFetchResult,
  WebSearchError,
  WebSearchResult,
} from './web.ts';
import { BashError, BashResult, TextEditorResult, TOOL_ERROR_CODES } from './command-results.ts';

/** Content blocks of the messages the fake sends, as they cross the wire. */

/**
 * Who called a tool: Claude itself or the code of a cell. `code_execution_20260521` never appears here: its calls say
 * `code_execution_20260120`.
 */
export const Caller = z.discriminatedUnion('type', [
  z.object({ type: z.literal('direct') }),
  z.object({ type: z.literal('code_execution_20260120'), tool_id: z.string() }),
  z.object({ type: z.literal('code_execution_20250825'), tool_id: z.string() }),
]);
export type Caller = z.infer<typeof Caller>;

export const TextBlock = z.object({ type: z.literal('text'), text: z.string() });
export type TextBlock = z.infer<typeof TextBlock>;

/** Claude's reasoning. It has to come back unchanged while its turn goes on. */
const ThinkingBlock = z.object({
  type: z.literal('thinking'),
  thinking: z.string(),
  signature: z.string(),
});
export type ThinkingBlock = z.infer<typeof ThinkingBlock>;

/**
 * What the one code execution tool is to Claude: cells of Python when there are tools for code to call, otherwise a shell
 * and a text editor.
 */
export const ServerToolName = z.enum([
  'code_execution',
  'bash_code_execution',
  'text_editor_code_execution',
]);
export type ServerToolName = z.infer<typeof ServerToolName>;

/** Claude starts a server tool. Today's API sends no `caller` here; until March 2026 it sent `{type: 'direct'}`. */
export const ServerToolUseBlock = z.object({
  type: z.literal('server_tool_use'),
  id: z.string(),
  name: z.enum([...ServerToolName.options, ...WEB_TOOLS]),
  input: JsonObject,
  caller: Caller.optional(),
});
export type ServerToolUseBlock = z.infer<typeof ServerToolUseBlock>;

/** Claude, or the code of a cell, calls a client tool. An API without programmatic tool calling knows no `caller`. */
export const ToolUseBlock = z.object({
  type: z.literal('tool_use'),
  id: z.string(),
  name: z.string(),
  input: JsonObject,
  caller: Caller.optional(),
});
export type ToolUseBlock = z.infer<typeof ToolUseBlock>;

/** What a cell printed and how it ended. `abort_reason` was null in every recording since March 2026. */
export const CodeExecutionResult = z.object({
  type: z.literal('code_execution_result'),
  stdout: z.string(),
  stderr: z.string(),
  return_code: z.int(),
  content: z.array(z.object({ type: z.literal('code_execution_output'), file_id: z.string() })),
  abort_reason: z.null().optional(),
});
export type CodeExecutionResult = z.infer<typeof CodeExecutionResult>;

/** A cell that was not run, or not to its end. */
export const CodeExecutionError = z.object({
  type: z.literal('code_execution_tool_result_error'),
  error_code: z.enum(TOOL_ERROR_CODES),
});
export type CodeExecutionError = z.infer<typeof CodeExecutionError>;

/** What a cell that called web search printed is for the model alone. */
export const EncryptedCodeExecutionResult = z.object({
  type: z.literal('encrypted_code_execution_result'),
  encrypted_stdout: z.string(),
  stderr: z.string(),
  return_code: z.int(),
  content: CodeExecutionResult.shape.content,
});

export const CodeExecutionToolResultBlock = z.object({
  type: z.literal('code_execution_tool_result'),
  tool_use_id: z.string(),
  content: z.discriminatedUnion('type', [
    CodeExecutionResult,
    EncryptedCodeExecutionResult,
    CodeExecutionError,
  ]),
});
export type CodeExecutionToolResultBlock = z.infer<typeof CodeExecutionToolResultBlock>;

export const BashToolResultBlock = z.object({
  type: z.literal('bash_code_execution_tool_result'),
  tool_use_id: z.string(),
  content: z.discriminatedUnion('type', [BashResult, BashError]),
});
export type BashToolResultBlock = z.infer<typeof BashToolResultBlock>;

export const TextEditorToolResultBlock = z.object({
  type: z.literal('text_editor_code_execution_tool_result'),
  tool_use_id: z.string(),
  content: TextEditorResult,
});
export type TextEditorToolResultBlock = z.infer<typeof TextEditorToolResultBlock>;

/** What the web answered to the code of a cell. */
export const WebSearchToolResultBlock = z.object({
  type: z.literal('web_search_tool_result'),
  tool_use_id: z.string(),
  content: z.union([z.array(WebSearchResult), WebSearchError]),
  caller: Caller,
});

export const WebFetchToolResultBlock = z.object({
  type: z.literal('web_fetch_tool_result'),
  tool_use_id: z.string(),
  content: z.union([WebFetchResult, WebFetchError]),
  caller: Caller,
});

/** A block of an assistant message, as the API sends it. */
export const ContentBlock = z.discriminatedUnion('type', [
  TextBlock,
  ThinkingBlock,
  ServerToolUseBlock,
  ToolUseBlock,
  CodeExecutionToolResultBlock,
  BashToolResultBlock,
  TextEditorToolResultBlock,
  WebSearchToolResultBlock,
  WebFetchToolResultBlock,
]);
export type ContentBlock = z.infer<typeof ContentBlock>;
