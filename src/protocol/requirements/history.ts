import { DOCS, FIELD, row, type Requirement } from './requirement.ts';

/** What a client sends back: answers to calls, and the responses so far. */
export const HISTORY_RULES = {
  'reply.missing': row(
    'recorded',
    '2026',
    'Every `tool_use` is answered in the next message, before any other content; the text lists all missing ids.',
  ),
  'reply.unexpected': row(
    'recorded',
    'July 2026',
    'A result answers a `tool_use` of the previous message, never one of a server tool.',
  ),
  'reply.duplicate': row('reported', FIELD, 'A `tool_use` is answered once.'),
  'reply.text_only': row(
    'documented',
    DOCS,
    'A call from code is answered with text only. The text of the error is a guess.',
  ),
  'reply.stale': row(
    'unknown',
    'option `repeatedAnswer`',
    'What a second, different answer to calls that were answered before gets.',
  ),
  'history.prefill': row(
    'documented',
    DOCS,
    'A conversation ends with a user message, except where a paused turn is sent back.',
  ),
  'history.duplicate_use': row('reported', FIELD, 'Ids of tool uses are unique.'),
  'history.result_missing': row(
    'reported',
    `${FIELD}; ${DOCS}`,
    'A server tool use needs its result, unless its turn is paused and only its answers follow. The tail says so when the tool itself is gone.',
  ),
  'history.use_missing': row(
    'inferred',
    FIELD,
    'A result of a server tool needs its `server_tool_use` before it.',
  ),
  'history.caller_not_found': row(
    'reported',
    FIELD,
    'A call from code names a `server_tool_use` of the history: `source tool … not found for tool use block …`.',
  ),
  'history.cell_dropped': row(
    'reported',
    FIELD,
    'The `server_tool_use` of a waiting cell comes back with the answers to its calls.',
  ),
  'history.caller_unknown': row(
    'reported',
    `${FIELD}; option \`callerField\``,
    'An API without programmatic tool calling knows no `caller`: `tool_use.caller: Extra inputs are not permitted`.',
  ),
  'history.thinking_changed': row(
    'documented',
    DOCS,
    'Thinking of the latest assistant message comes back unchanged.',
  ),
  'history.block_dropped': row('inferred', FIELD, 'Responses come back whole. Noted, not refused.'),
  'history.block_changed': row(
    'inferred',
    FIELD,
    'Blocks come back as they were sent. Noted, not refused.',
  ),
  'answer.late': row(
    'documented',
    DOCS,
    'An answer after 270 s comes too late: the code has gone on with a `TimeoutError`, and the answer is dropped. Noted, not refused.',
  ),
  'turn.abandoned': row(
    'reported',
    FIELD,
    'A client that takes `pause_turn` for the end has lost the rest of the turn. Noted at the end.',
  ),
} satisfies Record<string, Requirement>;
