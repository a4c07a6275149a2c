import { describeEntry } from '../scenario/checks/clean-verdict.ts';
import type { Trial } from '../trial/trial.ts';

/** What an agent did wrong, in words. Empty when it did nothing wrong. */
export function describeTrial({ entries, failures }: Trial): string {
  return [...entries.map(describeEntry), ...failures.map(({ message }) => message)].join('\n\n');
}
