import type { JsonObject } from '../protocol/json-object.ts';
import { resultValue, type RecordedCall, type RecordedTool } from './extract.ts';
import type { AnswerCall, RerunCall } from './rerun.ts';
import { stableText } from './schema/json.ts';

/** Answers calls as a recording did. */
export interface RecordedAnswers {
  /** Starts over: a function that answers calls from the beginning of the recording. */
  start(): AnswerCall;
  /** Whether the recorded call of a cell ended with an error. */
  failed(call: RerunCall): boolean;
  /**
   * The arguments of the recorded call that stands in for one without a recorded answer: a recording may end before its
   * cell did. Undefined for a call that has one.
   */
  standIn(call: RerunCall): JsonObject | undefined;
}

/**
 * Calls of one cell with the same arguments are answered in the order in which they were, and with the last result again
 * when there are more. A tool without any result fails.
 */
export function createRecordedAnswers(tools: readonly RecordedTool[]): RecordedAnswers {
  const answered = tools.flatMap(({ calls }) =>
    calls.filter((call) => answerOf(call) !== undefined),
  );
  const recorded = new Map<string, RecordedCall[]>();
  const firsts = new Map<string, RecordedCall>();
  for (const call of answered) {
    const key = keyOf(call.cell?.id, call);
    recorded.set(key, [...(recorded.get(key) ?? []), call]);
    if (call.result !== undefined && !firsts.has(call.tool)) firsts.set(call.tool, call);
  }
  return {
    start() {
      const given = new Map<string, number>();
      return (call) => {
        const key = keyOf(call.cell.id, call);
        const calls = recorded.get(key) ?? [];
        const count = given.get(key) ?? 0;
        given.set(key, count + 1);
        const recordedCall = calls[count] ?? calls.at(-1) ?? firsts.get(call.tool);
        const answer = recordedCall && answerOf(recordedCall);
        if (answer === undefined) throw new Error(`the recording has no result of ${call.tool}`);
        return answer;
      };
    },
    failed: (call) =>
      recorded.get(keyOf(call.cell.id, call))?.some(({ error }) => error !== undefined) ?? false,
    standIn: (call) =>
      recorded.has(keyOf(call.cell.id, call)) ? undefined : firsts.get(call.tool)?.input,
  };
}

function answerOf({ result, error }: RecordedCall): string | undefined {
  return result ?? error;
}

function keyOf(
  cell: string | undefined,
  { tool, input }: Pick<RerunCall, 'tool' | 'input'>,
): string {
  return stableText([cell, tool, input]);
}

/** The results of calls as values, each once. */
export function resultsOf(calls: readonly RecordedCall[]): unknown[] {
  const texts = new Set(calls.flatMap(({ result }) => result ?? []));
  return [...texts].map(resultValue);
}
