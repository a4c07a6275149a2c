import { row, SDK, type Requirement } from './requirement.ts';

/** Message threads, beta since October 2026. Codes are from the types, texts are guesses. */
export const THREAD_RULES = {
  'thread.beta': row(
    'inferred',
    SDK,
    '`thread` without the header `anthropic-beta: message-threads-2026-08-12` is an unknown field.',
  ),
  'thread.not_found': row(
    'types',
    `${SDK}; lifetime: reported, November 2026`,
    'A response that is unknown, or older than 5 minutes, cannot be continued: a 404 with the code `thread_not_found`.',
  ),
  'thread.already_continued': row(
    'types',
    SDK,
    'A response is continued once: a 400 with the code `thread_already_continued`.',
  ),
  'thread.in_flight': row(
    'types',
    SDK,
    'While a request continues a response, no other can: a 400 with the code `thread_continue_in_flight`.',
  ),
  'thread.fingerprint_mismatch': row(
    'types',
    `${SDK}; option \`threadRepeatedFields\``,
    '`system` and `tools` stay the same on a thread: a 400 with the code `thread_fingerprint_mismatch`.',
  ),
  'thread.unsupported': row(
    'types',
    `${SDK}; option \`threadUnsupported\``,
    'Some fields cannot be sent with `thread`: a 400 with the code `thread_unsupported_request` that names them.',
  ),
} satisfies Record<string, Requirement>;

export const THREAD_BEHAVIOURS = {
  'thread.continued': row(
    'types',
    SDK,
    'A request that continues a thread brings only what is new; the history, `system` and `tools` are the thread’s.',
  ),
  'thread.replayed': row(
    'types',
    SDK,
    'A conversation whose thread is lost goes on when it is sent whole, as a new thread.',
  ),
} satisfies Record<string, Requirement>;
