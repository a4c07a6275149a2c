import type { TranscriptEvent } from '../../transcript/events.ts';
import type { Scenario } from '../scenario.ts';
import { checkCells } from './cells.ts';
import { ExpectationError, type Failure } from './failure.ts';
import { checkPlayed } from './played.ts';
import { checkRules } from './rules.ts';
import { checkToolCalls } from '../calls/tool-calls.ts';

/** Checks what a scenario expects against what happened: cells, tool calls, and every turn played. */
export function checkExpectations(
  scenario: Scenario,
  transcript: Iterable<TranscriptEvent>,
): Failure[] {
  const events = [...transcript];
  const { calls } = scenario.data.expect ?? {};
  return [
    ...checkCells(scenario, events),
    ...(calls ? checkToolCalls(events, calls) : []),
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
