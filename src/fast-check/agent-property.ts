import * as fc from 'fast-check';
import { stringify } from 'yaml';
import { describeEntry } from '../scenario/checks/clean-verdict.ts';
import { ScenarioError } from '../scenario/errors/scenario-error.ts';
import { type Scenario, scenarioOf } from '../scenario/scenario.ts';
import { toYaml } from '../scenario/to-yaml.ts';
import type { Schedule } from '../schedule/schedule.ts';
import type { TranscriptEvent } from '../transcript/events.ts';
import { type RunAgent, type Trial, tryAgent, type TrialOptions } from '../trial/trial.ts';
import type { VerdictEntry } from '../verdict/verdict.ts';
import { type ScheduleOptions, schedules } from './schedules.ts';

export interface AgentPropertyOptions extends Omit<TrialOptions, 'schedule'> {
  /** What can go wrong. Default: everything, three things at most, and any tool of the scenario can be slow. */
  readonly faults?: ScheduleOptions | undefined;
}

/** What an agent did wrong, and what had gone wrong before. */
export class AgentPropertyError extends Error {
  override readonly name: string = 'AgentPropertyError';
  readonly code = 'agent.misbehaved';
  // Not among what test runners print of an error: the message has it, and transcripts are long.
  readonly #found: Found;

  constructor(found: Found) {
    const said = found.trial.entries.map(describeEntry).join('\n\n');
    super(`In this scenario the agent went wrong:\n\n${found.yaml}\n${said}`);
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
 * The property that an agent survives whatever goes wrong: for `fc.assert`, which finds the smallest schedule that breaks
 * it. Each run is a trial: a fake plays the scenario by a drawn schedule (and by the scenario's own), and the agent runs
 * against it. An agent that throws has failed openly, which is right when something went wrong: what it must not do
 * belongs into `invariants`, not into assertions inside of it. A run fails with an error that has the scenario with its
 * schedule, as YAML, and what the agent did.
 */
export function agentProperty(
  scenario: Scenario,
  runAgent: RunAgent,
  { faults, ...options }: AgentPropertyOptions = {},
): fc.IAsyncProperty<[Schedule]> {
  const tools = Object.keys(scenario.data.tools ?? {});
  return fc.asyncProperty(schedules({ tools, ...faults }), async (drawn) => {
    const schedule = together(drawn, scenario.data.schedule);
    const trial = await tryAgent(scenario, runAgent, { ...options, schedule });
    if (trial.entries.length === 0) return;
    throw new AgentPropertyError({ yaml: asYaml(scenario, schedule), schedule, trial });
  });
}

function together(drawn: Schedule, own: Schedule = {}): Schedule {
  return { ...own, ...drawn, faults: [...(drawn.faults ?? []), ...(own.faults ?? [])] };
}

/** Functions cannot be written: then the schedule is all there is to show. */
function asYaml(scenario: Scenario, schedule: Schedule): string {
  try {
    return toYaml(scenarioOf({ ...scenario.data, schedule }));
  } catch (error) {
    if (error instanceof ScenarioError) return stringify({ schedule });
    throw error;
  }
}
