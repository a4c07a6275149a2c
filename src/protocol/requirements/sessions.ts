import { row, type Requirement } from './requirement.ts';

/** What is of callsheet and not of the API: sessions and their scripts. */
export const SESSION_RULES = {
  'session.conflict': row(
    'inferred',
    'callsheet',
    'The ids, the container and the key of a request point at one session. Noted, not refused.',
  ),
  'script.unexpected': row(
    'inferred',
    'callsheet',
    'A message that the script does not answer is refused by name.',
  ),
  'tool.not_callable': row(
    'inferred',
    'callsheet',
    'A tool that code is to call is declared with a caller that is code. Noted where the tools are known (`probe`).',
  ),
  'reply.different': row(
    'inferred',
    'callsheet',
    'A call is answered with what its tool returns for its arguments. Noted where the tools are known (`probe`).',
  ),
  'fake.failed': row(
    'inferred',
    'callsheet',
    'A script or a sandbox that throws is a 500 that says so.',
  ),
} satisfies Record<string, Requirement>;

export const SESSION_BEHAVIOURS = {
  'session.repeated': row(
    'unknown',
    'option `repeatedAnswer`',
    'A request whose response got lost is answered the same again, and nothing is played twice.',
  ),
} satisfies Record<string, Requirement>;
