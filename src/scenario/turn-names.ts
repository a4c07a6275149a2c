import type { TurnData } from './data/scenario-data.ts';

/** The name under which a scripted turn appears in a transcript: `turn 1` for the first. */
export function turnName(index: number): string {
  return `turn ${index + 1}`;
}

/** The position of a scripted turn, from its name; undefined for a name no turn has. */
export function turnIndex(name: string, turns: readonly TurnData[]): number | undefined {
  const index = turns.findIndex((_, i) => turnName(i) === name);
  return index === -1 ? undefined : index;
}

/** What a turn waits for, in words: `user: /total/i`, `user: "And the mean?"`, `any user message`. */
function describeUser({ user, match }: TurnData): string {
  if (match !== undefined) return `user: ${match}`;
  return user === undefined ? 'any user message' : `user: ${JSON.stringify(user.trim())}`;
}

/** A turn in words: `turn 2 of 3 (user: /mean/i)`. */
export function describeTurn(index: number, turns: readonly TurnData[]): string {
  return `turn ${index + 1} of ${turns.length} (${describeUser(turns[index]!)})`;
}
