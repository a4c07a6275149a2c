import type { TranscriptEvent } from '../../transcript/events.ts';
import { ExpectationError, type Failure } from '../checks/failure.ts';
import { CodeCalls, type ExpectedCalls } from '../data/expectation-data.ts';
import { readArgument } from '../errors/read-argument.ts';
import { alignCalls } from './align-calls.ts';
import { compile } from './compile.ts';
import { deviations } from './deviations.ts';
import { createExpressions } from './expression.ts';
import { recordedCalls } from './recorded-calls.ts';
import { reportCalls } from './report-calls.ts';

/**
 * Compares a transcript's tool calls with the expected ones: all of them, in the order the code made them. Returns one
 * failure that shows every deviation, or none. Throws an `AmbiguousExpectationError` for an expectation that leaves too
 * much open to be decided, and a `TypeError` for what is no expectation.
 */
export function checkToolCalls(
  transcript: Iterable<TranscriptEvent>,
  expected: ExpectedCalls,
): Failure[] {
  const make = createExpressions();
  const calls = readArgument(expected, 'expected', CodeCalls);
  const compiled = compile('at' in calls ? { in_order: calls } : calls, make);
  const actual = recordedCalls(transcript);
  const { matches, rows, lookedAt } = alignCalls(compiled, actual, make);
  if (matches) return [];
  const found = deviations(rows, { expected: compiled.leaves, actual });
  const message = reportCalls(found, { rows, expected: compiled.leaves, actual, lookedAt });
  return [{ code: 'calls.different', message, deviations: found }];
}

/** Throws an `ExpectationError` unless a transcript's tool calls are the expected ones. */
export function assertToolCalls(
  transcript: Iterable<TranscriptEvent>,
  expected: ExpectedCalls,
): void {
  const failures = checkToolCalls(transcript, expected);
  if (failures.length > 0) throw new ExpectationError(failures);
}
