import { checkRequest } from '../machine/checks/check-request.ts';
import { promptTokens } from '../machine/usage.ts';
import { ApiError } from '../protocol/errors.ts';
import type { Fidelity } from '../protocol/fidelity.ts';
import { MessageRequest } from '../protocol/request.ts';
import { TOOL_TYPES } from '../protocol/tool-params.ts';
import type { IdSource } from '../transcript/ids.ts';
import type { HeaderSource } from './headers.ts';
import { readRequest } from './read-request.ts';
import type { Refuse } from './refusals.ts';
import { jsonResponse } from './responses.ts';
import type { Route } from './routes.ts';

/** The body of `POST /v1/messages/count_tokens`: what makes up a prompt, and nothing about the response. */
const CountTokensRequest = MessageRequest.pick({
  model: true,
  messages: true,
  system: true,
  tools: true,
  tool_choice: true,
  cache_control: true,
  context_management: true,
  mcp_servers: true,
  output_config: true,
  output_format: true,
  speed: true,
  thinking: true,
  user_profile_id: true,
  workspace_id: true,
});

/** `POST /v1/messages/count_tokens`. It belongs to no session and changes nothing, so only refusals are recorded. */
export function countTokensRoute({
  fidelity,
  models,
  ids,
  headers,
  refuse,
}: {
  readonly fidelity: Fidelity;
  readonly models: readonly string[] | undefined;
  readonly ids: IdSource;
  readonly headers: HeaderSource;
  readonly refuse: Refuse;
}): Route {
  return {
    method: 'POST',
    path: '/messages/count_tokens',
    async answer(request) {
      const read = readRequest(await request.text(), request, CountTokensRequest);
      if ('error' in read) return refuse(read.error, read.body);
      // The checks look at a whole request; none of them looks at the length of its answer.
      const body: MessageRequest = { ...read.body, max_tokens: 1 };
      const { apiVersion } = read;
      const refused =
        checkServerTools(body, fidelity) ?? checkRequest(body, { fidelity, models, apiVersion });
      if (refused) return refuse(refused, read.body);
      return jsonResponse({ input_tokens: promptTokens(body) }, headers.always(ids.next('request')));
    },
  };
}

/** Worded as another platform's token counting words it (recorded 2026). */
function checkServerTools(
  { tools = [] }: MessageRequest,
  { countTokensWithCodeExecution }: Fidelity,
): ApiError | undefined {
  if (countTokensWithCodeExecution === 'counted') return undefined;
  const index = tools.findIndex(({ type }) => type.startsWith('code_execution_'));
  if (index === -1) return undefined;
  const path = `tools.${index}`;
  const expected = TOOL_TYPES.filter((type) => !type.startsWith('code_execution_'));
  return new ApiError(
    'invalid_request_error',
    `${path}: Input tag '${tools[index]!.type}' found using 'type' does not match any of the expected tags: ${expected.map((type) => `'${type}'`).join(', ')}`,
    {
      rule: 'request.schema',
      path,
      fix: 'Leave code execution tools out when counting tokens.',
    },
  );
}
