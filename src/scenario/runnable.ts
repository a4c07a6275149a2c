import { conversationsOf } from './conversations.ts';
import { parsePattern } from './data/pattern.ts';
import type { TurnData } from './data/scenario-data.ts';
import { childSteps, type StepData } from './data/step-data.ts';
import { didYouMeanOneOf } from './errors/nearest.ts';
import { ScenarioError, type ScenarioProblem } from './errors/scenario-error.ts';
import type { Scenario } from './scenario.ts';

type Path = readonly PropertyKey[];
type Report = (path: Path, message: string) => void;

/**
 * Checks that a scenario says enough for the reference client to play the agent: what the user says, and what every
 * tool answers. Throws a `ScenarioError` otherwise.
 */
export function assertRunnable({ name, data, source }: Scenario): void {
  const problems: ScenarioProblem[] = [];
  const report: Report = (path, message) => {
    problems.push({ ...source?.locate(path), message });
  };
  const tools = data.tools ?? {};
  for (const [tool, { returns, throws, answers, run }] of Object.entries(tools)) {
    if ([returns, throws, answers, run].every((each) => each === undefined)) {
      report(['tools', tool], `the tool "${tool}" needs "returns" or "answers" to be run`);
    }
  }
  for (const { turns, path, system } of conversationsOf(data)) {
    if (system !== undefined && parsePattern(system)) {
      report([...path.slice(0, -1), 'system'], 'a pattern says too little to be run: what is it?');
    }
    for (const [i, turn] of turns.entries()) {
      checkUser(turn, i, (message) => report([...path, i], message));
      checkCalls(turn.claude, tools, (inner, message) => {
        report([...path, i, 'claude', ...inner], message);
      });
    }
  }
  const file = source?.file ?? `scenario ${JSON.stringify(name)}`;
  if (problems.length > 0) throw new ScenarioError(file, problems);
}

function checkUser(
  { user, optional }: TurnData,
  index: number,
  report: (message: string) => void,
): void {
  if (user !== undefined || optional === true) return;
  report(`turn ${index + 1} needs "user" to be run: what the user says`);
}

function checkCalls(steps: readonly StepData[], tools: object, report: Report): void {
  for (const [i, step] of steps.entries()) {
    for (const { path, calls } of callsOf(step)) {
      for (const [k, { call }] of calls.entries()) {
        if (Object.hasOwn(tools, call)) continue;
        const hint = didYouMeanOneOf(call, Object.keys(tools));
        report([i, ...path, 'calls', k], `"${call}" is not a tool of this scenario${hint}`);
      }
    }
    for (const [key, inner] of childSteps(step)) {
      checkCalls(inner, tools, (path, message) => report([i, key, ...path], message));
    }
  }
}

function callsOf(step: StepData): { path: Path; calls: readonly { readonly call: string }[] }[] {
  if ('calls' in step) return [{ path: [], calls: step.calls }];
  if (!('together' in step)) return [];
  return step.together.flatMap((each, i) =>
    'calls' in each ? [{ path: ['together', i], calls: each.calls }] : [],
  );
}
