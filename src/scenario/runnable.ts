import { ScenarioError, type ScenarioProblem } from './errors/scenario-error.ts';
import type { Scenario } from './scenario.ts';

/**
 * Checks that a scenario says enough for the reference client to play the agent: what the user says, and what every
 * tool answers. Throws a `ScenarioError` otherwise.
 */
export function assertRunnable({ name, data, source }: Scenario): void {
  const problems: ScenarioProblem[] = [];
  const report = (path: readonly PropertyKey[], message: string): void => {
    problems.push({ ...source?.locate(path), message });
  };
  const tools = data.tools ?? {};
  for (const [tool, { returns, answers }] of Object.entries(tools)) {
    if (returns === undefined && answers === undefined) {
      report(['tools', tool], `the tool "${tool}" needs "returns" or "answers" to be run`);
    }
  }
  for (const [i, { user, optional, claude }] of data.turns.entries()) {
    if (user === undefined && optional !== true) {
      report(['turns', i], `turn ${i + 1} needs "user" to be run: what the user says`);
    }
    for (const [j, step] of claude.entries()) {
      for (const [k, { call }] of ('calls' in step ? step.calls : []).entries()) {
        if (Object.hasOwn(tools, call)) continue;
        report(['turns', i, 'claude', j, 'calls', k], `"${call}" is not a tool of this scenario`);
      }
    }
  }
  const file = source?.file ?? `scenario ${JSON.stringify(name)}`;
  if (problems.length > 0) throw new ScenarioError(file, problems);
}
