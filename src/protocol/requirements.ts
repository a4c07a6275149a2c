import { COMMAND_BEHAVIOURS } from './requirements/commands.ts';
import { CONTAINER_BEHAVIOURS, CONTAINER_RULES } from './requirements/containers.ts';
import { FILE_BEHAVIOURS, FILE_RULES } from './requirements/files.ts';
import { HISTORY_RULES } from './requirements/history.ts';
import { REQUEST_BEHAVIOURS, REQUEST_RULES } from './requirements/requests.ts';
import type { Requirement } from './requirements/requirement.ts';
import { RESPONSE_BEHAVIOURS } from './requirements/responses.ts';
import { SESSION_BEHAVIOURS, SESSION_RULES } from './requirements/sessions.ts';
import { THREAD_BEHAVIOURS, THREAD_RULES } from './requirements/threads.ts';
import { TOOL_BEHAVIOURS, TOOL_RULES } from './requirements/tools.ts';
import { WEB_BEHAVIOURS } from './requirements/web.ts';

export type { Requirement } from './requirements/requirement.ts';

/** Rules a client can break: each is refused with the API's text, or noted. */
const RULES = {
  ...REQUEST_RULES,
  ...TOOL_RULES,
  ...CONTAINER_RULES,
  ...HISTORY_RULES,
  ...THREAD_RULES,
  ...FILE_RULES,
  ...SESSION_RULES,
} satisfies Record<string, Requirement>;

/** What the fake does by itself. */
const BEHAVIOURS = {
  ...REQUEST_BEHAVIOURS,
  ...TOOL_BEHAVIOURS,
  ...CONTAINER_BEHAVIOURS,
  ...COMMAND_BEHAVIOURS,
  ...FILE_BEHAVIOURS,
  ...WEB_BEHAVIOURS,
  ...RESPONSE_BEHAVIOURS,
  ...THREAD_BEHAVIOURS,
  ...SESSION_BEHAVIOURS,
} satisfies Record<string, Requirement>;

/** The id of a rule that a client can break. */
export type RuleId = keyof typeof RULES;

/**
 * Every fact about the Messages API that callsheet implements, by id. Rules that a client can break have their id in
 * the findings; the tests cite the ids, and one of them fails when an id is unknown or nothing proves it.
 */
export const REQUIREMENTS: Readonly<Record<string, Requirement>> = { ...RULES, ...BEHAVIOURS };
