import type { TranscriptEvent } from '../../transcript/events.ts';
import type { Failure } from '../checks/failure.ts';
import { runScenario, type RunScenarioOptions } from '../run-scenario.ts';
import type { Scenario } from '../scenario.ts';
import { recordedScenario, type RecordedScenario } from './recorded-scenario.ts';

/** A recording as a scenario that was tried. */
export interface ImportedScenario extends RecordedScenario {
  /** Why it does not pass; empty when it does. */
  readonly failures: readonly Failure[];
}

export interface ImportScenarioOptions {
  /** Makes the fake that plays a scenario: `(script) => createFakeApi({ script })`. */
  readonly createApi: (scenario: Scenario) => RunScenarioOptions['api'] & AsyncDisposable;
}

/**
 * Makes a scenario of a recorded transcript, and plays it with the reference client: where something ends otherwise there
 * than it was recorded, the scenario does not say how it ends. Rejects with an `AnswersUnknownError` when a tool is called
 * of which no answer is recorded, and with a `RangeError` when nothing is that Claude did.
 */
export async function importScenario(
  name: string,
  transcript: readonly TranscriptEvent[],
  { createApi }: ImportScenarioOptions,
): Promise<ImportedScenario> {
  const recorded = recordedScenario(name, transcript);
  const first = await play(recorded.scenario, createApi);
  if (first.failures.length === 0) return { ...recorded, failures: [] };
  const fitted = recordedScenario(name, transcript, { here: first.transcript });
  const { failures } = await play(fitted.scenario, createApi);
  return { ...fitted, failures };
}

async function play(scenario: Scenario, createApi: ImportScenarioOptions['createApi']) {
  await using api = createApi(scenario);
  const { failures } = await runScenario(scenario, { api });
  return { failures, transcript: [...api.transcript] };
}
