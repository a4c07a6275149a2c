import { DOCS, SDK, row, type Requirement } from './requirement.ts';

/** What a response holds, how it is streamed and what it costs. */
export const RESPONSE_BEHAVIOURS = {
  'response.ids': row(
    'recorded',
    '2026',
    'Ids have a prefix, `01` and 22 base58 characters; each response has a new one.',
  ),
  'response.keys': row(
    'recorded',
    'since April 2026',
    'A message has model, id, type, role, content, container, stop_reason, stop_sequence, stop_details and usage; `container` is left out when none was used.',
  ),
  'response.caller': row(
    'recorded',
    '2026',
    'Calls from code name version and cell in `caller`, direct calls say `direct`; the cell itself has none (option `serverToolUseCaller`).',
  ),
  'response.caller_20260521': row(
    'documented',
    DOCS,
    'Cells of the 20260521 tool make calls as `code_execution_20260120`.',
  ),
  'response.caller_20250825': row(
    'recorded',
    'December 2025',
    'Cells of the 20250825 tool make calls as `code_execution_20250825`.',
  ),
  'response.paused': row(
    'recorded',
    'December 2025 to April 2026',
    'A response that resumes a cell which pauses again holds the new calls and nothing else, with zero usage of three keys.',
  ),
  'response.together': row(
    'recorded',
    'November 2025',
    'Calls waiting at one moment come in one response, in any order (option `parallelCallOrder`).',
  ),
  'response.completed': row(
    'recorded',
    'December 2025',
    'A response that completes a cell begins with its result.',
  ),
  'response.container_on_completion': row(
    'recorded',
    '2025; option `containerOnCompletion`',
    'The response that completed a programmatic turn did not name its container in 2025.',
  ),
  'response.parallel_cells': row(
    'recorded',
    'April 2026',
    'Cells started at once: all uses first; results of finished ones and calls of a running one come together.',
  ),
  'response.deferred': row(
    'documented',
    DOCS,
    'Beside a direct call a cell does not run before the client answered; its result opens the next response.',
  ),
  'response.pause_turn': row(
    'recorded',
    'July 2026',
    'A paused turn may end with a started server tool; sent back as it is, it goes on with that result.',
  ),
  'response.stop_reasons': row(
    'types',
    SDK,
    'A turn ends with end_turn, max_tokens, stop_sequence, refusal (with stop_details) or model_context_window_exceeded.',
  ),
  'response.thinking': row('recorded', '2026', 'Thinking is a block with a signature.'),
  'stream.sampled': row(
    'recorded',
    '2026',
    'Sampled blocks are streamed with deltas; results and calls of code come whole in `content_block_start`; the container comes in `message_delta`.',
  ),
  'stream.resumed': row(
    'recorded',
    'December 2025 to April 2026',
    'A resumed pause is streamed as a whole message in `message_start`, then `message_stop`.',
  ),
  'stream.ping': row('recorded', '2026', 'A ping follows the first `content_block_start`.'),
  'stream.errors_are_json': row(
    'recorded',
    'August 2026',
    'An error before the first event is plain JSON, also when a stream was asked for.',
  ),
  'stream.mid_error': row(
    'documented',
    DOCS,
    'A stream can fail after it has begun: an `error` event ends it.',
  ),
  'usage.passes': row(
    'recorded',
    'May 2026',
    'Every sampling pass counts its prompt; calls from code cost nothing.',
  ),
  'usage.code_execution_requests': row(
    'documented',
    'option `codeExecutionRequests`',
    'The documentation counts cells in `server_tool_use`; no recording does.',
  ),
} satisfies Record<string, Requirement>;
