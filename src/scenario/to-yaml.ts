import { stringify } from 'yaml';
import type { CallData } from './data/call-data.ts';
import { type ExpectedCalls, WORDS } from './data/expectation-data.ts';
import { isMatcher } from './data/matcher.ts';
import { PATTERN_KEY } from './data/pattern.ts';
import { formatDuration } from '../schedule/duration.ts';
import type { TurnData } from './data/scenario-data.ts';
import type { CallsData, StepData, UseData } from './data/step-data.ts';
import type { ToolData } from './data/tool-data.ts';
import { ScenarioError } from './errors/scenario-error.ts';
import { formatPath } from './json-path.ts';
import type { Scenario } from './scenario.ts';

/** A scenario as a YAML file. Throws a `ScenarioError` when there is a function in it, or a matcher that is no pattern. */
export function toYaml({ name, data }: Scenario): string {
  const problems = unwritable(data).map((path) => ({
    message: `${formatPath(path)} is a function or a matcher, which YAML cannot hold`,
  }));
  if (problems.length > 0) throw new ScenarioError(`scenario ${JSON.stringify(name)}`, problems);
  const { scenario, model, tools, web, schedule, turns, conversations, otherwise, expect } = data;
  return stringify(
    {
      scenario,
      model,
      tools: tools && Object.fromEntries(Object.entries(tools).map(shortTool)),
      web,
      schedule,
      turns: turns?.map(shortTurn),
      conversations: conversations?.map((each) => ({ ...each, turns: each.turns.map(shortTurn) })),
      otherwise: otherwise?.map(shortStep),
      expect: expect && { ...expect, calls: expect.calls && writable(shortest(expect.calls)) },
    },
    // Aliases would be right, but are hard to read.
    { aliasDuplicateObjects: false, lineWidth: 0 },
  );
}

/** Where there is something in a value that only TypeScript can say: every matcher but a pattern. */
function unwritable(value: unknown): PropertyKey[][] {
  if (value instanceof RegExp) return [];
  if (isMatcher(value)) return [[]];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, item]) =>
    unwritable(item).map((path) => [Array.isArray(value) ? Number(key) : key, ...path]),
  );
}

function shortTool([name, tool]: [string, ToolData]): [string, object] {
  return [name, tool.takes === undefined ? tool : { ...tool, takes: formatDuration(tool.takes) }];
}

function shortTurn(turn: TurnData): object {
  return { ...turn, claude: turn.claude.map(shortStep) };
}

function shortStep(step: StepData | UseData | CallsData): object {
  if ('calls' in step) return { calls: step.calls.map(shortCall) };
  if ('together' in step) return { together: step.together.map(shortStep) };
  if (!('when' in step)) return step;
  const { do: then, otherwise } = step;
  return {
    ...step,
    do: then.map(shortStep),
    ...(otherwise && { otherwise: otherwise.map(shortStep) }),
  };
}

/** An expectation in its shortest form. */
function shortest(expected: ExpectedCalls): unknown {
  if (isList(expected)) return expected.map(shortest);
  if ('anything' in expected) return 'anything';
  if ('call' in expected) {
    return WORDS.includes(expected.call) ? expected : shortCall(expected);
  }
  const entries = Object.entries(expected).map(([key, inner]) => [
    key,
    typeof inner === 'object' ? shortest(inner) : inner,
  ]);
  return Object.fromEntries(entries);
}

/** The shortest form of a call that says as much. */
function shortCall(data: CallData): string | object {
  const { call, input, ...more } = data;
  if (Object.keys(more).length > 0) return data;
  return input === undefined ? call : { [call]: input };
}

/** A value with its patterns as a file says them. */
function writable(value: unknown): unknown {
  if (value instanceof RegExp) return { [PATTERN_KEY]: String(value) };
  if (Array.isArray(value)) return value.map(writable);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, writable(item)]));
}

function isList<Item>(value: Item | readonly Item[]): value is readonly Item[] {
  return Array.isArray(value);
}
