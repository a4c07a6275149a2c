import type { Failure } from '../scenario/checks/failure.ts';
import { checkPlayed } from '../scenario/checks/played.ts';
import { checkExpectations } from '../scenario/checks/scenario.ts';
import type { TranscriptEvent } from '../transcript/events.ts';
import type { ScenarioRun } from './json-report.ts';
import { eventsOf, type NamedScenario } from './scenario-choice.ts';

/**
 * What came of each scenario that was served. Every session that played it is held to all it says; broken rules are
 * not among the failures, for the verdict has them all, also those of sessions that played nothing.
 */
export function judgeServed(
  scenarios: readonly NamedScenario[],
  transcript: readonly TranscriptEvent[],
): ScenarioRun[] {
  return scenarios.map((each) => {
    const { file, scenario } = each;
    const events = eventsOf(each, transcript);
    const sessions = new Set(events.map(({ session }) => session));
    const failures: Failure[] =
      sessions.size === 0
        ? checkPlayed(scenario, events)
        : [...sessions].flatMap((key) =>
            checkExpectations(
              scenario,
              events.filter(({ session }) => session === key),
            ),
          );
    const result = { ok: failures.length === 0, failures };
    return { file, name: scenario.name, result, transcript: events };
  });
}
