import * as z from 'zod';
import { JsonObject } from './json-object.ts';
import { TOOL_VERSIONS } from './revisions/code-execution.ts';

/**
 * Content blocks as a client sends them. The API refuses keys it does not know, so blocks the fake acts on are strict;
 * of the others only the type is checked.
 */

const cache_control = z.looseObject({ type: z.string() }).nullish();

const CallerParam = z.strictObject({
  type: z.enum(['direct', ...TOOL_VERSIONS]),
  tool_id: z.string().optional(),
});

const TextBlockParam = z.strictObject({
  type: z.literal('text'),
  text: z.string(),
  cache_control,
  citations: z.array(z.unknown()).nullish(),
});

/** What a tool result may hold beside a text. */
const ToolResultContent = z.discriminatedUnion('type', [
  TextBlockParam,
  z.looseObject({
    type: z.enum(['image', 'document', 'search_result', 'tool_reference', 'browser_state']),
  }),
]);

/** The client's answer to a `tool_use`. */
export const ToolResultBlockParam = z.strictObject({
  type: z.literal('tool_result'),
  tool_use_id: z.string(),
  content: z.union([z.string(), z.array(ToolResultContent)]).optional(),
  is_error: z.boolean().optional(),
  cache_control,
  toolset_name: z.string().nullish(),
});
export type ToolResultBlockParam = z.infer<typeof ToolResultBlockParam>;

export const ToolUseBlockParam = z.strictObject({
  type: z.literal('tool_use'),
  id: z.string(),
  name: z.string(),
  input: JsonObject,
  caller: CallerParam.optional(),
  cache_control,
  toolset_name: z.string().nullish(),
});
export type ToolUseBlockParam = z.infer<typeof ToolUseBlockParam>;

export const ServerToolUseBlockParam = z.strictObject({
  type: z.literal('server_tool_use'),
  id: z.string(),
  name: z.string(),
  input: JsonObject,
  caller: CallerParam.optional(),
  cache_control,
});
export type ServerToolUseBlockParam = z.infer<typeof ServerToolUseBlockParam>;

const ThinkingBlockParam = z.strictObject({
  type: z.literal('thinking'),
  thinking: z.string(),
  signature: z.string(),
});

const RedactedThinkingBlockParam = z.strictObject({
  type: z.literal('redacted_thinking'),
  data: z.string(),
});

/** What results of server tools have in common; those of nested ones say which cell called. */
const result = {
  tool_use_id: z.string(),
  caller: CallerParam.optional(),
  cache_control,
};

const ServerToolResultBlockParam = z.strictObject({
  type: z.enum([
    'code_execution_tool_result',
    'bash_code_execution_tool_result',
    'text_editor_code_execution_tool_result',
    'web_fetch_tool_result',
    'tool_search_tool_result',
  ]),
  content: z.looseObject({ type: z.string() }),
  ...result,
});

/** A list of results, or one error. */
const WebSearchResultBlockParam = z.strictObject({
  type: z.literal('web_search_tool_result'),
  content: z.union([
    z.array(z.looseObject({ type: z.string() })),
    z.looseObject({ type: z.string() }),
  ]),
  ...result,
});

const ContainerUploadBlockParam = z.strictObject({
  type: z.literal('container_upload'),
  file_id: z.string(),
  cache_control,
});

/** Blocks the fake accepts and leaves alone, those of beta features among them. */
const OtherBlockParam = z.looseObject({
  type: z.enum([
    'image',
    'document',
    'search_result',
    'advisor_tool_result',
    'compaction',
    'fallback',
    'mcp_tool_listing',
    'mcp_tool_result',
    'mcp_tool_use',
    'tool_addition',
    'tool_removal',
  ]),
});

/** A block of a message the client sends. */
export const ContentBlockParam = z.discriminatedUnion('type', [
  TextBlockParam,
  ToolUseBlockParam,
  ToolResultBlockParam,
  ServerToolUseBlockParam,
  ServerToolResultBlockParam,
  WebSearchResultBlockParam,
  ThinkingBlockParam,
  RedactedThinkingBlockParam,
  ContainerUploadBlockParam,
  OtherBlockParam,
]);
export type ContentBlockParam = z.infer<typeof ContentBlockParam>;

/** Every `type` a block of a message may have, as the API lists them. */
export const CONTENT_BLOCK_TYPES: readonly string[] = ContentBlockParam.options
  .flatMap((option) => {
    const { type } = option.shape;
    return 'options' in type ? type.options : [type.value];
  })
  .toSorted();

/** The result of a server tool, such as a cell's. */
export type ServerToolResultBlockParam =
  | z.infer<typeof ServerToolResultBlockParam>
  | z.infer<typeof WebSearchResultBlockParam>;

export function isServerToolResult(block: ContentBlockParam): block is ServerToolResultBlockParam {
  return 'tool_use_id' in block && block.type !== 'tool_result';
}

/** The id of a block that has one: a tool use, direct, programmatic or of a server tool. */
export function blockId(block: ContentBlockParam): string | undefined {
  return block.type === 'tool_use' || block.type === 'server_tool_use' ? block.id : undefined;
}
