import type { Schedule } from '../schedule/schedule.ts';
import type { ScenarioData } from './data/scenario-data.ts';

/** The schedule that a scenario's tools say with `takes`: for the fake that plays it. */
export function scheduleOf({ tools = {} }: ScenarioData): Schedule {
  const faults = Object.entries(tools).flatMap(([tool, { takes }]) =>
    takes === undefined ? [] : [{ on: 'call' as const, tool, takes }],
  );
  return faults.length > 0 ? { faults } : {};
}
