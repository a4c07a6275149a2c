import { stringify } from 'yaml';
import type { CallData } from './data/call-data.ts';
import type { StepData } from './data/scenario-data.ts';
import { ScenarioError } from './errors/scenario-error.ts';
import { turnName } from './turn-names.ts';
import type { Scenario } from './scenario.ts';

/** A scenario as a YAML file. Throws a `ScenarioError` when text or code of it is a function. */
export function toYaml({ name, data }: Scenario): string {
  const turns = data.turns.map(({ claude, ...turn }, i) => ({
    ...turn,
    claude: claude.map((step) => {
      if (Object.values(step).some((value) => typeof value === 'function')) {
        const message = `${turnName(i)} has a function, which YAML cannot hold`;
        throw new ScenarioError(`scenario ${JSON.stringify(name)}`, [{ message }]);
      }
      return stepData(step);
    }),
  }));
  const calls = data.expect?.calls?.map(shortCall);
  const { scenario, model, tools } = data;
  return stringify(
    { scenario, model, tools, turns, expect: data.expect && { calls } },
    // Aliases would be right, but are hard to read.
    { aliasDuplicateObjects: false, lineWidth: 0 },
  );
}

function stepData(step: StepData): object {
  return 'calls' in step ? { calls: step.calls.map(shortCall) } : step;
}

/** The shortest form of a call that says as much. */
function shortCall(data: CallData): string | object {
  const { call, input, caller } = data;
  if (caller !== undefined) return data;
  return input === undefined ? call : { [call]: input };
}
