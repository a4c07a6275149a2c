import * as fc from 'fast-check';
import { stringify } from 'yaml';
import { conversationsOf } from '../scenario/conversations.ts';
import type { ScenarioData, TurnData } from '../scenario/data/scenario-data.ts';
import { childSteps, type StepData } from '../scenario/data/step-data.ts';
import { ScenarioError } from '../scenario/errors/scenario-error.ts';
import { type Scenario, scenarioOf } from '../scenario/scenario.ts';
import { toYaml } from '../scenario/to-yaml.ts';
import type { Schedule } from '../schedule/schedule.ts';
import { type ScheduleOptions, schedules } from './schedules.ts';

export interface DrawnScenarioOptions {
  /** What can go wrong. Default: everything, three things at most, and any tool of the scenario can be slow. */
  readonly faults?: ScheduleOptions | undefined;
  /** Draws what the user says, such as `agentInputs`. Default: the scenario's user messages. */
  readonly inputs?: ((scenario: Scenario) => fc.Arbitrary<readonly string[]>) | undefined;
}

/** Draws a scenario with what goes wrong in it, and with what the user says. It prints as YAML. */
export function drawnScenarios(
  scenarios: Scenario | fc.Arbitrary<Scenario>,
  options: DrawnScenarioOptions = {},
): fc.Arbitrary<Scenario> {
  if ('data' in scenarios) return withDrawn(scenarios, options);
  // Not chained to the scenario, for then nothing of a schedule would be kept when the scenario shrinks.
  const { faults, inputs } = options;
  const drawn = fc.tuple(scenarios, schedules({ tools: ['fetch_rows', 'save_total'], ...faults }));
  const scheduled = drawn.map(([scenario, schedule]) =>
    printable(withSchedule(scenario, schedule)),
  );
  return inputs
    ? scheduled.chain((scenario) => inputs(scenario).map((said) => withInputs(scenario, said)))
    : scheduled;
}

function withDrawn(
  scenario: Scenario,
  { faults, inputs }: DrawnScenarioOptions,
): fc.Arbitrary<Scenario> {
  const schedule = schedules({ ...sizeOf(scenario), ...faults });
  const said = inputs?.(scenario) ?? fc.constant(undefined);
  return fc.tuple(schedule, said).map(([schedule, said]) => {
    const scheduled = withSchedule(scenario, schedule);
    return printable(said ? withInputs(scheduled, said) : scheduled);
  });
}

/** What can go wrong is bounded by what there is. */
function sizeOf({ data }: Scenario): ScheduleOptions {
  const steps = conversationsOf(data).flatMap(({ turns }) =>
    turns.flatMap(({ claude }) => allSteps(claude)),
  );
  const cells = steps.filter((step) => 'runs' in step || 'together' in step || 'pauses' in step);
  return {
    tools: Object.keys(data.tools ?? {}),
    // What the steps after a pause are is not known, nor how many times a branch is taken.
    steps: Math.max(1, steps.length),
    cells: Math.max(1, cells.length),
  };
}

function allSteps(steps: readonly StepData[]): StepData[] {
  return steps.flatMap((step) => [
    step,
    ...childSteps(step).flatMap(([, inner]) => allSteps(inner)),
  ]);
}

/** The scenario with what goes wrong in it: what was drawn, then what it says itself. */
function withSchedule({ data }: Scenario, drawn: Schedule): Scenario {
  const { faults: own = [], ...others } = data.schedule ?? {};
  const schedule = { ...others, ...drawn, faults: [...(drawn.faults ?? []), ...own] };
  return scenarioOf({ ...data, schedule });
}

function withInputs({ data }: Scenario, said: readonly string[]): Scenario {
  const say = (turn: TurnData, i: number): TurnData => ({ ...turn, user: said[i] ?? turn.user });
  const turns: ScenarioData['turns'] = data.turns?.map(say);
  return scenarioOf({ ...data, ...(turns && { turns }) });
}

function printable(scenario: Scenario): Scenario {
  return Object.assign(scenario, { [fc.toStringMethod]: () => asYaml(scenario) });
}

/** Functions cannot be written: then what goes wrong is all there is to show. */
export function asYaml(scenario: Scenario): string {
  try {
    return toYaml(scenario);
  } catch (error) {
    if (error instanceof ScenarioError) return stringify({ schedule: scenario.data.schedule });
    throw error;
  }
}
