import * as z from 'zod';
import { ContentBlock } from './blocks.ts';

export const StopReason = z.enum([
  'end_turn',
  'max_tokens',
  'stop_sequence',
  'tool_use',
  'pause_turn',
  'refusal',
  'model_context_window_exceeded',
]);
export type StopReason = z.infer<typeof StopReason>;

/** `expires_at` is RFC 3339 in UTC with microseconds. */
export const Container = z.object({ id: z.string(), expires_at: z.string() });
export type Container = z.infer<typeof Container>;

/** Why a request was refused; `stop_details` is null for every other stop reason. */
export const RefusalDetails = z.object({
  type: z.literal('refusal'),
  category: z
    .enum(['cyber', 'bio', 'frontier_llm', 'reasoning_extraction', 'general_harms'])
    .nullable(),
  explanation: z.string().nullable(),
});
export type RefusalDetails = z.infer<typeof RefusalDetails>;

const ServerToolUsage = z.object({
  web_search_requests: z.int(),
  web_fetch_requests: z.int(),
  code_execution_requests: z.int().optional(),
});

/** Token counts. A response that only resumed a cell has all zero and just these three keys. */
export const Usage = z.object({
  input_tokens: z.int(),
  cache_creation_input_tokens: z.int().optional(),
  cache_read_input_tokens: z.int().optional(),
  cache_creation: z
    .object({ ephemeral_5m_input_tokens: z.int(), ephemeral_1h_input_tokens: z.int() })
    .optional(),
  output_tokens: z.int(),
  service_tier: z.literal('standard').optional(),
  inference_geo: z.string().optional(),
  server_tool_use: ServerToolUsage.optional(),
});
export type Usage = z.infer<typeof Usage>;

/** The body of a response. `container` is omitted, not null, when none was used. */
export const Message = z.object({
  model: z.string(),
  id: z.string(),
  type: z.literal('message'),
  role: z.literal('assistant'),
  content: z.array(ContentBlock),
  container: Container.optional(),
  stop_reason: StopReason,
  stop_sequence: z.string().nullable(),
  stop_details: RefusalDetails.nullable(),
  usage: Usage,
});
export type Message = z.infer<typeof Message>;
