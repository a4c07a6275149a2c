import * as fc from 'fast-check';
import type { Failure } from '../scenario/checks/failure.ts';
import type { Scenario } from '../scenario/scenario.ts';
import type { Schedule } from '../schedule/schedule.ts';
import type { TranscriptEvent } from '../transcript/events.ts';
import { type RunAgent, type Trial, tryAgent, type TrialOptions } from '../trial/trial.ts';
import type { VerdictEntry } from '../verdict/verdict.ts';
import { describeTrial } from './describe-trial.ts';
import { asYaml, drawnScenarios, type DrawnScenarioOptions } from './scenarios.ts';

export interface AgentPropertyOptions
  extends Omit<TrialOptions, 'schedule' | 'inputs'>, DrawnScenarioOptions {}

/** What an agent did wrong, and what had gone wrong before. */
export class AgentPropertyError extends Error {
  override readonly name: string = 'AgentPropertyError';
  readonly code = 'agent.misbehaved';
  // Not among what test runners print of an error: the message has it, and transcripts are long.
  readonly #found: Found;

  constructor(found: Found) {
    super(`In this scenario the agent went wrong:\n\n${found.yaml}\n${describeTrial(found.trial)}`);
    this.#found = found;
  }

  /** The scenario with the schedule in it, as `callsheet run --client` plays it again. */
  get yaml(): string {
    return this.#found.yaml;
  }

  get schedule(): Schedule {
    return this.#found.schedule;
  }

  get entries(): readonly VerdictEntry[] {
    return this.#found.trial.entries;
  }

  get failures(): readonly Failure[] {
    return this.#found.trial.failures;
  }

  get transcript(): readonly TranscriptEvent[] {
    return this.#found.trial.transcript;
  }
}

interface Found {
  readonly yaml: string;
  readonly schedule: Schedule;
  readonly trial: Trial;
}

/**
 * The property that an agent survives whatever goes wrong: for `fc.assert`, which finds the smallest scenario that breaks
 * it. Each run is a trial: a fake plays the scenario, or one that is drawn (`conversations()`), by a drawn schedule (and by
 * the scenario's own), and the agent runs against it. An agent that throws has failed openly, which is right when
 * something went wrong: what it must not do belongs into `invariants`, not into assertions inside of it. A run fails with
 * an `AgentPropertyError` that has the scenario with its schedule, as YAML, and what the agent did.
 */
export function agentProperty(
  scenario: Scenario | fc.Arbitrary<Scenario>,
  runAgent: RunAgent,
  { faults, inputs, ...options }: AgentPropertyOptions = {},
): fc.IAsyncProperty<[Scenario]> {
  return fc.asyncProperty(drawnScenarios(scenario, { faults, inputs }), async (drawn) => {
    const trial = await tryAgent(drawn, runAgent, options);
    if (trial.entries.length === 0 && trial.failures.length === 0) return;
    const { schedule = {} } = drawn.data;
    throw new AgentPropertyError({ yaml: asYaml(drawn), schedule, trial });
  });
}
