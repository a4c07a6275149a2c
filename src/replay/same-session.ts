import type { Exchange } from '../cassette/exchange.ts';
import { transcriptOf } from '../cassette/transcript-of.ts';
import type { TranscriptEvent } from '../transcript/events.ts';
import { ReplayError } from './replay-error.ts';
import { sessionLines } from './session-lines.ts';

/** That sessions are not those that were recorded, and both as text: for a test runner to show side by side. */
export interface SessionDifference {
  readonly code: 'session.different';
  readonly message: string;
  readonly recorded: string;
  readonly actual: string;
}

/** Lines shown before the first one that differs. */
const CONTEXT = 3;

/**
 * Compares what happened with what was recorded: what was said, the code that ran, its calls with arguments and answers,
 * what it printed. Ids, times, usage and the order of calls made at once do not count. Returns one difference at most.
 */
export function checkSameSession(
  transcript: Iterable<TranscriptEvent>,
  { exchanges }: { readonly exchanges: readonly Exchange[] },
): SessionDifference[] {
  const recorded = sessionLines(transcriptOf(exchanges));
  const actual = sessionLines(transcript);
  const length = Math.max(recorded.length, actual.length);
  const first = Array.from({ length }, (_, i) => i).find((i) => recorded[i] !== actual[i]);
  if (first === undefined) return [];
  const message = [
    'What happened is not what was recorded.',
    '',
    ...recorded.slice(Math.max(0, first - CONTEXT), first).map((line) => `    ${line}`),
    `  - ${recorded[first] ?? 'nothing more was recorded'}`,
    `  + ${actual[first] ?? 'nothing more happened'}`,
  ].join('\n');
  return [
    {
      code: 'session.different',
      message,
      recorded: recorded.join('\n'),
      actual: actual.join('\n'),
    },
  ];
}

/** Throws a `ReplayError` unless what happened is what was recorded, as `checkSameSession` says. */
export function assertSameSession(
  transcript: Iterable<TranscriptEvent>,
  cassette: Parameters<typeof checkSameSession>[1],
): void {
  const differences = checkSameSession(transcript, cassette);
  if (differences.length > 0) throw new ReplayError(differences);
}
