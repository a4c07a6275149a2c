import type { ScenarioResult } from '../scenario/run-scenario.ts';
import type { Scenario } from '../scenario/scenario.ts';
import type { TranscriptEvent } from '../transcript/events.ts';
import { verdict } from '../verdict/verdict.ts';
import type { FileProblem } from '../scenario/scenario-files.ts';

/** A scenario that was played. */
export interface ScenarioRun {
  readonly file: string;
  readonly scenario: Scenario;
  readonly result: ScenarioResult;
  readonly transcript: readonly TranscriptEvent[];
}

/**
 * The results as one JSON document. Nothing in it depends on the machine or the time. `served` is the transcript of one
 * fake that served all the scenarios; without it each has a fake of its own.
 */
export function jsonReport(
  runs: readonly ScenarioRun[],
  problems: readonly FileProblem[],
  served?: readonly TranscriptEvent[],
): string {
  const scenarios = runs.map(({ file, scenario, result, transcript }) => ({
    file,
    name: scenario.name,
    ok: result.ok,
    failures: result.failures,
    ...(served ? { sessions: sessionsOf(transcript) } : details(transcript)),
  }));
  const together = served && details(served);
  return `${JSON.stringify({ scenarios, problems, ...together }, null, 2)}\n`;
}

function details(transcript: readonly TranscriptEvent[]) {
  const findings = transcript.filter((event) => event.type === 'finding');
  return { findings, verdict: verdict(transcript), transcript };
}

function sessionsOf(transcript: readonly TranscriptEvent[]): string[] {
  return [...new Set(transcript.map(({ session }) => session))];
}
