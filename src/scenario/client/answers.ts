import { differenceLines } from '../calls/report-calls.ts';
import { type Difference, differences } from '../calls/differences.ts';
import { showCall } from '../calls/show-call.ts';
import type { AnswerData, ToolData } from '../data/tool-data.ts';

/** What a tool answers to a call. */
export interface ToolAnswer {
  readonly content: string;
  readonly is_error?: boolean | undefined;
}

/** What a tool answers to calls with these arguments; to any call when there are none. */
export interface PossibleAnswer extends ToolAnswer {
  readonly input?: Readonly<Record<string, unknown>> | undefined;
  /** Whether there may be more arguments, at any depth. Default: false. */
  readonly partial?: boolean | undefined;
  /** How often it is given at most. Default: always. */
  readonly times?: number | undefined;
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

/**
 * Answers the calls of one run: each by the first answer of its tool that is for its arguments and was not given too
 * often before. Throws an `AnswerMissingError`.
 */
export type Answers = (call: {
  readonly name: string;
  readonly input: Readonly<Record<string, unknown>>;
}) => ToolAnswer;

export function createAnswers(tools: Readonly<Record<string, ToolData>>): Answers {
  const given = new Map<PossibleAnswer, number>();
  const possible = new Map(
    Object.entries(tools).map(([name, tool]) => [name, possibleAnswers(tool)]),
  );

  return ({ name, input }) => {
    const answers = possible.get(name);
    if (!answers) {
      throw new AnswerMissingError(
        name,
        `"${name}" was called, but is not a tool of the scenario.`,
      );
    }
    const nearMisses: Difference[][] = [];
    for (const answer of answers) {
      const { input: wanted, partial, times = Infinity } = answer;
      const found = wanted ? differences(wanted, input, { partial }) : [];
      const before = given.get(answer) ?? 0;
      if (found.length > 0) nearMisses.push(found);
      if (found.length > 0 || before >= times) continue;
      given.set(answer, before + 1);
      const { content, is_error } = answer;
      return { content, ...(is_error && { is_error }) };
    }
    throw new AnswerMissingError(name, whyMissing({ name, input }, nearMisses));
  };
}

/** All that a tool may answer, in the order in which its answers are tried. */
export function possibleAnswers({ returns, throws, answers = [] }: ToolData): PossibleAnswer[] {
  if (throws !== undefined) return [{ content: throws, is_error: true }];
  if (returns !== undefined) return [{ content: contentOf(returns) }];
  return answers.map((answer) => {
    const { with: input, partial, times } = answer;
    return {
      ...(input && { input }),
      ...(partial && { partial }),
      ...(times !== undefined && { times }),
      ...toAnswer(answer),
    };
  });
}

/** What a tool may answer to calls with these arguments, whatever was answered before. */
export function answersFor(
  tool: ToolData,
  input: Readonly<Record<string, unknown>>,
): PossibleAnswer[] {
  return possibleAnswers(tool).filter(
    ({ input: wanted, partial }) => !wanted || differences(wanted, input, { partial }).length === 0,
  );
}

function whyMissing(call: Parameters<Answers>[0], nearMisses: readonly Difference[][]): string {
  const [nearest] = nearMisses.toSorted((a, b) => a.length - b.length);
  if (!nearest) return `No answer is left for ${showCall(call)}: all were given.`;
  return [
    `No answer is for these arguments: ${showCall(call)}`,
    '  nearest answer differs:',
    ...differenceLines(nearest).map((line) => `    ${line}`),
  ].join('\n');
}

function toAnswer(answer: AnswerData): ToolAnswer {
  return 'throws' in answer
    ? { content: answer.throws, is_error: true }
    : { content: contentOf(answer.returns) };
}

function contentOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
