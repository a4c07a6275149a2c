import type { TranscriptEvent } from '../../transcript/events.ts';
import type { Scenario } from '../scenario.ts';
import { CodeExpect, type ExpectData } from '../data/expect-data.ts';
import { readArgument } from '../errors/read-argument.ts';
import { checkCachePrefix } from './cache-prefix.ts';
import { checkCells } from './cells.ts';
import { checkTotals } from './totals.ts';
import { ExpectationError, type Failure } from './failure.ts';
import { checkPlayed } from './played.ts';
import { checkRules } from './rules.ts';
import { checkUses } from './uses.ts';
import { checkToolCalls } from '../calls/tool-calls.ts';

/**
 * Checks a transcript against what is expected of it as a whole, as the `expect` of a scenario says it. Throws a
 * `TypeError` for what cannot be expected.
 */
export function checkExpected(
  transcript: Iterable<TranscriptEvent>,
  expected: ExpectData,
): Failure[] {
  const events = [...transcript];
  const { calls, cache_prefix } = readArgument(expected, 'expected', CodeExpect);
  const allowed = cache_prefix === 'unbroken' ? {} : cache_prefix;
  return [
    ...(calls ? checkToolCalls(events, calls) : []),
    ...checkUses(events, expected),
    ...checkTotals(events, expected),
    ...(allowed ? checkCachePrefix(events, allowed) : []),
  ];
}

/** Throws an `ExpectationError` unless a transcript is what is expected of it as a whole. */
export function assertExpected(transcript: Iterable<TranscriptEvent>, expected: ExpectData): void {
  const failures = checkExpected(transcript, expected);
  if (failures.length > 0) throw new ExpectationError(failures);
}

/** Checks what a scenario expects against what happened: cells, tool calls, and every turn played. */
export function checkExpectations(
  scenario: Scenario,
  transcript: Iterable<TranscriptEvent>,
): Failure[] {
  const events = [...transcript];
  return [
    ...checkCells(scenario, events),
    ...checkExpected(events, scenario.data.expect ?? {}),
    ...checkPlayed(scenario, events),
  ];
}

/**
 * Checks everything a scenario says against what happened: no rule broken, no request refused, cells as expected, tool
 * calls as expected, every turn played. Returns the failures, causes before what follows from them.
 */
export function checkScenario(
  scenario: Scenario,
  transcript: Iterable<TranscriptEvent>,
): Failure[] {
  const events = [...transcript];
  return [...checkRules(events), ...checkExpectations(scenario, events)];
}

/** Throws an `ExpectationError` with every failure unless a transcript shows what a scenario says. */
export function assertScenario(scenario: Scenario, transcript: Iterable<TranscriptEvent>): void {
  const failures = checkScenario(scenario, transcript);
  if (failures.length > 0) throw new ExpectationError(failures);
}
