import * as z from 'zod';
import { ContentBlockParam } from './block-params.ts';
import { ToolParam } from './tool-params.ts';

export const MessageParam = z.strictObject({
  role: z.enum(['user', 'assistant', 'system']),
  content: z.union([z.string(), z.array(ContentBlockParam)]),
});
export type MessageParam = z.infer<typeof MessageParam>;

const disable_parallel_tool_use = z.boolean().optional();

const ToolChoice = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('auto'), disable_parallel_tool_use }),
  z.strictObject({ type: z.literal('any'), disable_parallel_tool_use }),
  z.strictObject({ type: z.literal('tool'), name: z.string(), disable_parallel_tool_use }),
  z.strictObject({ type: z.literal('none') }),
]);

const SKILLS_LIMIT = 20;

/** A container by its id, or with skills to load. */
const ContainerParam = z.union([
  z.string(),
  z.strictObject({
    id: z.string().nullish(),
    skills: z
      .array(z.looseObject({ type: z.string(), skill_id: z.string() }))
      .max(SKILLS_LIMIT)
      .nullish(),
  }),
]);

/** A conversation the API is to hold, or the response of one that this request continues. */
const ThreadParam = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('create') }),
  z.strictObject({ type: z.literal('continue'), previous_message_id: z.string() }),
]);

/** Fields the fake accepts and does not act on. */
const accepted = z.unknown().optional();

/** The body of `POST /v1/messages`. Sampling parameters exist up to API version 2023-06-01 only. */
export const MessageRequest = z.strictObject({
  model: z.string(),
  max_tokens: z.int().min(1),
  messages: z.array(MessageParam),
  tools: z.array(ToolParam).optional(),
  tool_choice: ToolChoice.optional(),
  stream: z.boolean().optional(),
  container: ContainerParam.nullish(),
  thread: ThreadParam.nullish(),
  system: z
    .union([z.string(), z.array(z.looseObject({ type: z.literal('text'), text: z.string() }))])
    .optional(),
  stop_sequences: z.array(z.string()).optional(),
  temperature: z.number().optional(),
  top_p: z.number().optional(),
  top_k: z.int().optional(),
  billing_policy: accepted,
  cache_control: accepted,
  compaction: accepted,
  context_management: accepted,
  diagnostics: accepted,
  fallback_credit_token: accepted,
  fallbacks: accepted,
  inference_geo: accepted,
  mcp_servers: accepted,
  metadata: accepted,
  output_config: accepted,
  output_format: accepted,
  service_tier: accepted,
  speed: accepted,
  thinking: accepted,
  user_profile_id: accepted,
  workspace_id: accepted,
});
export type MessageRequest = z.infer<typeof MessageRequest>;

/** The id of the container a request names, in either form. */
export function containerId({ container }: MessageRequest): string | undefined {
  return (typeof container === 'string' ? container : container?.id) ?? undefined;
}
