import type { Failure } from '../scenario/checks/failure.ts';
import { checkPlayed } from '../scenario/checks/played.ts';
import { checkExpectations } from '../scenario/checks/scenario.ts';
import { bySession } from '../transcript/by-session.ts';
import { conversationsOf, OTHERWISE } from '../scenario/conversations.ts';
import type { Scenario } from '../scenario/scenario.ts';
import type { TranscriptEvent } from '../transcript/events.ts';
import { verdict, type VerdictEntry } from '../verdict/verdict.ts';
import type { ScenarioRun } from './json-report.ts';
import { eventsOf, type NamedScenario } from './scenario-choice.ts';

/** What came of everything that was served. */
export interface Judgement {
  readonly ok: boolean;
  readonly runs: readonly ScenarioRun[];
  /** Rules the client broke, also in sessions that played nothing. */
  readonly broken: readonly VerdictEntry[];
}

/** Judges scenarios that were served: every session that played one is held to all it says. */
export function judgeAll(
  scenarios: readonly NamedScenario[],
  transcript: readonly TranscriptEvent[],
): Judgement {
  const runs = scenarios.map((scenario) => judge(scenario, transcript));
  const broken = verdict(transcript);
  return { ok: broken.length === 0 && runs.every(({ result }) => result.ok), runs, broken };
}

/** The judgement as the control route gives it. Of a single session, only the scenario it plays is judged. */
export function judgeServed(
  scenarios: readonly NamedScenario[],
  transcript: readonly TranscriptEvent[],
  session: string | undefined,
): object {
  const judged =
    session === undefined
      ? scenarios
      : scenarios.filter((each) => eventsOf(each, transcript).length > 0);
  const { ok, runs, broken } = judgeAll(judged, transcript);
  const outcomes = runs.map(({ file, scenario, result }) => ({
    file,
    name: scenario.name,
    ...result,
  }));
  return { ok, scenarios: outcomes, verdict: broken };
}

/** Broken rules are not among the failures: the verdict has them all. */
function judge(each: NamedScenario, transcript: readonly TranscriptEvent[]): ScenarioRun {
  const { file, scenario } = each;
  const events = eventsOf(each, transcript);
  const played = playings(scenario, events);
  const failures: Failure[] =
    played.length === 0
      ? checkPlayed(scenario, events)
      : played.flatMap((playing) => checkExpectations(scenario, playing));
  const result = { ok: failures.length === 0, failures };
  return { file, scenario, result, transcript: events };
}

/**
 * The events of each time that a scenario was played: a session each, unless it has several conversations, which are one
 * playing. What nothing but `otherwise` answered is none.
 */
function playings(
  { data }: Scenario,
  events: readonly TranscriptEvent[],
): (readonly TranscriptEvent[])[] {
  const sessions = [...bySession(events).values()].filter((session) =>
    session.some((event) => event.type === 'turn.started' && event.scripted !== OTHERWISE),
  );
  return sessions.length > 0 && conversationsOf(data).length > 1 ? [events] : sessions;
}
