import { type ContentBlock, ServerToolName } from '../protocol/blocks.ts';
import type { Fidelity } from '../protocol/fidelity.ts';
import type { Usage } from '../protocol/message.ts';
import type { MessageRequest } from '../protocol/request.ts';
import type { WebTool } from '../protocol/web.ts';

const CHARACTERS_PER_TOKEN = 4;

/**
 * Token counts of a sampled response: an estimate from the length of its JSON, but a deterministic one. As billed, the
 * prompt counts once for every sampling pass: one, and one more after each result of a server tool.
 */
export function sampledUsage(
  request: MessageRequest,
  content: readonly ContentBlock[],
  { fidelity, web }: { readonly fidelity: Fidelity; readonly web: WebRequests },
): Usage {
  let prompt = promptTokens(request);
  let input = 0;
  let output = 0;
  let sampling = false;
  const cells = content.filter(isCodeExecution).length;
  const startPass = () => {
    if (!sampling) input += prompt;
    sampling = true;
  };
  for (const block of content) {
    // Calls made by code, and what answers them, never enter the model's context.
    if ('caller' in block && block.caller && block.caller.type !== 'direct') continue;
    const size = tokens(block);
    if ('tool_use_id' in block) {
      sampling = false;
    } else {
      startPass();
      output += size;
    }
    prompt += size;
  }
  startPass();
  return {
    input_tokens: input,
    cache_creation_input_tokens: 0,
    cache_read_input_tokens: 0,
    cache_creation: { ephemeral_5m_input_tokens: 0, ephemeral_1h_input_tokens: 0 },
    output_tokens: output,
    service_tier: 'standard',
    inference_geo: 'not_available',
    server_tool_use: {
      ...webUsage(web),
      ...(fidelity.codeExecutionRequests && { code_execution_requests: cells }),
    },
  };
}

/** A response that only resumed a cell costs nothing: the model never saw it. */
export function resumedUsage(web: WebRequests): Usage {
  return { input_tokens: 0, output_tokens: 0, server_tool_use: webUsage(web) };
}

type WebRequests = Readonly<Record<WebTool, number>>;

function webUsage({ web_search, web_fetch }: WebRequests) {
  return { web_search_requests: web_search, web_fetch_requests: web_fetch };
}

function isCodeExecution(block: ContentBlock): boolean {
  return block.type === 'server_tool_use' && ServerToolName.safeParse(block.name).success;
}

/** Tokens of what a request shows the model, by the same estimate. */
export function promptTokens({ system, tools, messages }: MessageRequest): number {
  return tokens([system, tools, messages]);
}

function tokens(value: unknown): number {
  return Math.ceil(JSON.stringify(value).length / CHARACTERS_PER_TOKEN);
}
