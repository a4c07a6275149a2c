import type * as z from 'zod';
import { didYouMeanOneOf } from '../errors/nearest.ts';
import { namedCalls } from './expectation-data.ts';
import { parsePattern } from './pattern.ts';
import type { MessageData, ScenarioData } from './scenario-data.ts';
import { childSteps, type StepData } from './step-data.ts';

type Path = readonly (string | number)[];
type Report = (path: Path, message: string) => void;

/**
 * Reports what each part's own schema cannot see: an answer given twice, text its own pattern rejects, steps that are
 * never reached, an unknown tool.
 */
export function crossCheck(data: ScenarioData, context: z.RefinementCtx): void {
  const report: Report = (path, message) => {
    context.addIssue({ code: 'custom', path: [...path], message });
  };
  const { tools, turns, conversations, otherwise, expect } = data;
  if (!turns && !conversations && !otherwise) {
    context.addIssue({ code: 'invalid_type', expected: 'array', path: ['turns'], input: data });
  }
  for (const [name, tool] of Object.entries(tools ?? {})) checkTool(tool, ['tools', name], report);
  for (const [i, turn] of (turns ?? []).entries()) checkTurn(turn, ['turns', i], report);
  const names = new Set<string>();
  for (const [i, each] of (conversations ?? []).entries()) {
    const path = ['conversations', i];
    if (names.has(each.conversation)) {
      report([...path, 'conversation'], `there is another conversation "${each.conversation}"`);
    }
    names.add(each.conversation);
    checkMessage(each, path, report);
    for (const [j, turn] of each.turns.entries()) checkTurn(turn, [...path, 'turns', j], report);
  }
  checkSteps(otherwise ?? [], ['otherwise'], report);
  // Without tools of its own a scenario is played by an agent that brings them.
  if (tools === undefined) return;
  const named = [
    ...namedCalls(expect?.calls ?? []).map(({ call, path }) => ({
      call,
      path: ['calls', ...path],
    })),
    ...Object.keys(expect?.counts ?? {}).map((call) => ({ call, path: ['counts', call] })),
  ];
  for (const { call, path } of named) {
    if (Object.hasOwn(tools, call)) continue;
    report(
      ['expect', ...path],
      `"${call}" is not a tool of this scenario${didYouMeanOneOf(call, Object.keys(tools))}`,
    );
  }
}

/** A tool answers in one way. */
function checkTool(tool: object, path: Path, report: Report): void {
  const [first, ...others] = ['run', 'answers', 'throws', 'returns'].filter(
    (key) => Reflect.get(tool, key) !== undefined,
  );
  for (const key of others) report([...path, key], `"${key}" does not go with "${first}"`);
}

function checkTurn(
  turn: MessageData & { readonly claude: readonly StepData[] },
  path: Path,
  report: Report,
): void {
  checkMessage(turn, path, report);
  checkSteps(turn.claude, [...path, 'claude'], report);
}

function checkMessage({ user, match }: MessageData, path: Path, report: Report): void {
  const pattern = typeof match === 'string' ? parsePattern(match) : undefined;
  if (user === undefined || pattern?.test(user) !== false) return;
  report([...path, 'match'], `${String(match)} does not match the turn's own "user" text`);
}

/** Nothing comes after the end of a turn. */
function checkSteps(steps: readonly StepData[], path: Path, report: Report): void {
  for (const [i, step] of steps.entries()) {
    if ('stops' in step && i < steps.length - 1) {
      report([...path, i + 1], 'the turn has ended before: "stops" is the last step');
    }
    if ('runs' in step && typeof step.runs === 'string') {
      const [, key] = KEY_IN_CODE.exec(step.runs) ?? [];
      if (key) report([...path, i, 'runs'], `its last line is "${key}": indent that like "runs"`);
    }
    for (const [key, inner] of childSteps(step)) checkSteps(inner, [...path, i, key], report);
  }
}

/** Code that ends with a key of its step, indented too far. Python takes it for an annotation, and does nothing. */
const KEY_IN_CODE = /(?:^|\n)(prints|raises|return_code|error_code):[^=\n]*\n*$/;
