import type { TranscriptEvent } from '../../transcript/events.ts';
import { explain, type Explanation } from '../explain.ts';
import type { VerdictEntry } from '../verdict.ts';

/** What has to hold of every transcript, whatever went wrong on the way. Returns the ways in which it did not hold. */
export type Invariant = (transcript: Iterable<TranscriptEvent>) => VerdictEntry[];

/** An invariant that did not hold: what is said of it, once. */
export type Breach = Omit<VerdictEntry, 'rule' | 'times' | keyof Explanation>;

/** Makes an invariant of what finds its breaches. They are one entry, as in a verdict: the first, with how many there were. */
export function invariant(
  name: string,
  find: (events: readonly TranscriptEvent[]) => readonly Breach[],
): Invariant {
  return (transcript) => {
    const events = [...transcript];
    const breaches = find(events);
    const [first] = breaches;
    if (!first) return [];
    const broken = { rule: `invariant.${name}`, ...first };
    return [{ ...broken, times: breaches.length, ...explain(broken, events) }];
  };
}
