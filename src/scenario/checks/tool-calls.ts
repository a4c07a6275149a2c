import type { TranscriptEvent } from '../../transcript/events.ts';
import type { CallData } from '../data/call-data.ts';
import { alignCalls, deviations } from './align-calls.ts';
import { ExpectationError, type Failure } from './failure.ts';
import { recordedCalls } from './recorded-calls.ts';
import { reportCalls } from './report-calls.ts';

/**
 * Compares a transcript's tool calls with the expected ones: all of them, in the order the code made them, whole
 * arguments by value. Returns one failure that shows every deviation, or none.
 */
export function checkToolCalls(
  transcript: Iterable<TranscriptEvent>,
  expected: readonly CallData[],
): Failure[] {
  const actual = recordedCalls(transcript);
  const pairs = alignCalls(expected, actual);
  const found = deviations(pairs, { expected, actual });
  if (found.length === 0) return [];
  const message = reportCalls(found, { pairs, expected, actual });
  return [{ code: 'calls.different', message, deviations: found }];
}

/** Throws an `ExpectationError` unless a transcript's tool calls are exactly the expected ones, in order. */
export function assertToolCalls(
  transcript: Iterable<TranscriptEvent>,
  expected: readonly CallData[],
): void {
  const failures = checkToolCalls(transcript, expected);
  if (failures.length > 0) throw new ExpectationError(failures);
}
