import * as fc from 'fast-check';
import type { TurnData } from '../scenario/data/scenario-data.ts';
import { parsePattern } from '../scenario/data/pattern.ts';
import type { Scenario } from '../scenario/scenario.ts';

/**
 * Draws what the user says in a scenario, one message a turn: what its patterns match, and its texts with white space around
 * them. Where only a function could tell, the user says what the scenario says.
 */
export function agentInputs({ data }: Scenario): fc.Arbitrary<string[]> {
  return fc.tuple(...(data.turns ?? []).map(messages));
}

function messages({ user = '', match }: TurnData): fc.Arbitrary<string> {
  const pattern = typeof match === 'string' ? parsePattern(match) : undefined;
  if (pattern) {
    const drawn = fc
      .tuple(words(), fc.stringMatching(withoutFlags(pattern)), words())
      .map((parts) => parts.join(' ').trim())
      .filter((text) => text !== '' && (parsePattern(String(match))?.test(text) ?? false));
    return user === '' ? drawn : fc.oneof(fc.constant(user), drawn);
  }
  return match === undefined ? fc.constantFrom(user, `${user}\n`, `  ${user}`) : fc.constant(user);
}

function words(): fc.Arbitrary<string> {
  return fc.oneof(fc.constant(''), fc.lorem({ maxCount: 3 }));
}

/** What a pattern matches without its flags, it mostly matches with them. */
function withoutFlags({ source }: RegExp): RegExp {
  return new RegExp(source);
}
