import type { TranscriptEvent } from '../../transcript/events.ts';
import { verdict, type VerdictEntry } from '../../verdict/verdict.ts';
import { ExpectationError, type Failure } from './failure.ts';

/** One failure for each rule the client broke: what it did first, where, how often, and how to mend it. */
export function checkVerdict(transcript: Iterable<TranscriptEvent>): Failure[] {
  return verdict(transcript).map((entry) => ({
    code: 'finding',
    message: describeEntry(entry),
    rule: entry.rule,
  }));
}

/** Throws an `ExpectationError` when the client broke a rule of the API. */
export function assertCleanVerdict(transcript: Iterable<TranscriptEvent>): void {
  const failures = checkVerdict(transcript);
  if (failures.length > 0) throw new ExpectationError(failures);
}

/** What an entry says, in words, over several lines. */
export function describeEntry({
  rule,
  times,
  session,
  request,
  path,
  message,
  severity,
  consequence,
  fix,
  docs,
}: VerdictEntry): string {
  const place = request === undefined ? `session ${session}` : `request ${request}`;
  const lines = [
    `Finding ${rule}${times > 1 ? `, ${times} times` : ''}: ${message}`,
    `  in   ${place}`,
  ];
  if (path !== undefined) lines.push(`  at   ${path}`);
  lines.push(`  why  ${consequence} (${severity})`, `  fix  ${fix}`);
  if (docs !== undefined) lines.push(`  see  ${docs}`);
  return lines.join('\n');
}
