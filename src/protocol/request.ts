import * as z from 'zod';
import { ContentBlockParam } from './blocks.ts';
import { TOOL_VERSIONS } from './revisions/code-execution.ts';

/** A code execution tool entry: its `type` names the version, its name is fixed. */
export const CodeExecutionTool = z.looseObject({
  type: z.enum(TOOL_VERSIONS),
  name: z.literal('code_execution'),
});
export type CodeExecutionTool = z.infer<typeof CodeExecutionTool>;

/** A tool the client runs. Callable from code when `allowed_callers` names a code execution version. */
export const ClientTool = z.looseObject({
  type: z.literal('custom').nullish(),
  name: z.string(),
  description: z.string().optional(),
  input_schema: z.looseObject({ type: z.literal('object') }),
  allowed_callers: z.array(z.enum(['direct', ...TOOL_VERSIONS])).optional(),
});
export type ClientTool = z.infer<typeof ClientTool>;

/** Any other tool Anthropic defines (web search, memory, ...): accepted, not acted on. */
const OtherTool = z.looseObject({ type: z.string(), name: z.string() });

export const ToolParam = z.union([CodeExecutionTool, ClientTool, OtherTool]);
export type ToolParam = z.infer<typeof ToolParam>;

export const MessageParam = z.looseObject({
  role: z.enum(['user', 'assistant', 'system']),
  content: z.union([z.string(), z.array(ContentBlockParam)]),
});
export type MessageParam = z.infer<typeof MessageParam>;

/** The body of `POST /v1/messages`. */
export const MessageRequest = z.looseObject({
  model: z.string(),
  max_tokens: z.int().min(1),
  messages: z.array(MessageParam).min(1),
  tools: z.array(ToolParam).optional(),
  stream: z.boolean().optional(),
  container: z.string().nullish(),
});
export type MessageRequest = z.infer<typeof MessageRequest>;
