import { differenceLines } from '../calls/report-calls.ts';
import { differences } from '../calls/differences.ts';
import { showCall } from '../calls/show-call.ts';
import type { ToolData } from '../data/scenario-data.ts';

/** What a tool answers to a call. */
export interface ToolAnswer {
  readonly content: string;
  readonly is_error?: boolean | undefined;
}

/** What a tool answers to calls with these arguments; to any call when there are none. */
export interface PossibleAnswer extends ToolAnswer {
  readonly input?: Readonly<Record<string, unknown>> | undefined;
}

/** A scenario's tools have no answer to a call. */
export class AnswerMissingError extends Error {
  override readonly name: string = 'AnswerMissingError';
  readonly code = 'answer.missing';
  readonly tool: string;

  constructor(tool: string, message: string) {
    super(message);
    this.tool = tool;
  }
}

/** Answers a call from a scenario's tools: by the first answer for its arguments. Throws an `AnswerMissingError`. */
export function answerCall(
  tools: Readonly<Record<string, ToolData>>,
  { name, input }: { readonly name: string; readonly input: Record<string, unknown> },
): ToolAnswer {
  const tool = Object.hasOwn(tools, name) ? tools[name] : undefined;
  if (!tool) {
    throw new AnswerMissingError(name, `"${name}" was called, but is not a tool of the scenario.`);
  }
  if (tool.returns !== undefined) return { content: contentOf(tool.returns) };

  const nearMisses = [];
  for (const answer of tool.answers ?? []) {
    const found = answer.with ? differences(answer.with, input) : [];
    if (found.length > 0) {
      nearMisses.push(found);
      continue;
    }
    return toAnswer(answer);
  }
  const lines = [`No answer is for these arguments: ${showCall({ name, input })}`];
  const [nearest] = nearMisses.toSorted((a, b) => a.length - b.length);
  if (nearest)
    lines.push(
      '  nearest answer differs:',
      ...differenceLines(nearest).map((line) => `    ${line}`),
    );
  throw new AnswerMissingError(name, lines.join('\n'));
}

/** All that a tool may answer, in the order in which its answers are tried. */
export function possibleAnswers({ returns, answers = [] }: ToolData): PossibleAnswer[] {
  if (returns !== undefined) return [{ content: contentOf(returns) }];
  return answers.map((answer) => ({
    ...(answer.with && { input: answer.with }),
    ...toAnswer(answer),
  }));
}

type AnswerData = NonNullable<ToolData['answers']>[number];

function toAnswer(answer: AnswerData): ToolAnswer {
  return 'throws' in answer
    ? { content: answer.throws, is_error: true }
    : { content: contentOf(answer.returns) };
}

function contentOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
