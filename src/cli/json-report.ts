import type { ScenarioResult } from '../scenario/run-scenario.ts';
import type { TranscriptEvent } from '../transcript/events.ts';
import type { FileProblem } from './scenario-files.ts';

/** A scenario that was played. */
export interface ScenarioRun {
  readonly file: string;
  readonly name: string;
  readonly result: ScenarioResult;
  readonly transcript: readonly TranscriptEvent[];
}

/** The results as one JSON document. Nothing in it depends on the machine or the time. */
export function jsonReport(runs: readonly ScenarioRun[], problems: readonly FileProblem[]): string {
  const scenarios = runs.map(({ file, name, result, transcript }) => ({
    file,
    name,
    ok: result.ok,
    failures: result.failures,
    findings: transcript.filter((event) => event.type === 'finding'),
    transcript,
  }));
  return `${JSON.stringify({ scenarios, problems }, null, 2)}\n`;
}
