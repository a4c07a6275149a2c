import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Scenario } from '../scenario/scenario.ts';
import type { ScenarioResult } from '../scenario/run-scenario.ts';
import { describeEntry } from '../scenario/checks/clean-verdict.ts';
import type { Failure } from '../scenario/checks/failure.ts';
import type { Schedule } from '../schedule/schedule.ts';
import type { TranscriptEvent } from '../transcript/events.ts';
import { type RunAgent, type Trial, tryAgent } from '../trial/trial.ts';
import { UsageError } from './exit-codes.ts';

/** Loads a user's agent: what a module exports as `runAgent`. Throws a `UsageError` when there is none. */
export async function loadClient(file: string): Promise<RunAgent> {
  const module: unknown = await import(pathToFileURL(resolve(file)).href).catch(
    (error: unknown) => {
      const reason = error instanceof Error ? error.message : String(error);
      throw new UsageError(`${file} is neither "fetch" nor "sdk", nor a module: ${reason}`);
    },
  );
  if (hasAgent(module)) return module.runAgent;
  throw new UsageError(`${file} exports no function "runAgent".`);
}

function hasAgent(module: unknown): module is { readonly runAgent: RunAgent } {
  return (
    typeof module === 'object' &&
    module !== null &&
    'runAgent' in module &&
    typeof module.runAgent === 'function'
  );
}

/**
 * Lets a user's agent hold the conversation of a scenario. It is held to the rules and the invariants, and where nothing
 * goes wrong to all that the scenario says.
 */
export async function playClient(
  scenario: Scenario,
  runAgent: RunAgent,
  schedule: Schedule | undefined,
): Promise<{ readonly result: ScenarioResult; readonly transcript: readonly TranscriptEvent[] }> {
  const trial = await tryAgent(scenario, runAgent, { schedule });
  const failures = [...broken(trial), ...trial.failures];
  return { result: { ok: failures.length === 0, failures }, transcript: trial.transcript };
}

function broken({ entries }: Trial): Failure[] {
  return entries.map((entry) => ({
    code: 'finding',
    message: describeEntry(entry),
    rule: entry.rule,
  }));
}
