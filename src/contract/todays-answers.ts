import type { RerunCall } from './rerun.ts';
import type { TodaysTool } from './todays-tools.ts';

/** What a tool of today's gives for a call. */
export interface TodaysAnswer {
  /** What code is given: of a tool that throws the words of its error, as from the SDK's tool runner. */
  readonly text: string;
  /** What it threw, in words. */
  readonly error?: string | undefined;
}

export type AskToday = (call: Pick<RerunCall, 'tool' | 'input'>) => Promise<TodaysAnswer>;

/** Calls today's tools. Throws for a tool that is not there or has no function: what it gives is not known. */
export function createTodaysAnswers(today: readonly TodaysTool[]): AskToday {
  const tools = new Map(today.map((tool) => [tool.contract.name, tool]));
  return async ({ tool, input }) => {
    const run = tools.get(tool)?.run;
    if (!run) throw new Error(`today's tools have no function for ${tool}`);
    try {
      return { text: await run(structuredClone(input)) };
    } catch (thrown) {
      const error = thrown instanceof Error ? thrown.message : String(thrown);
      return { text: `Error: ${error}`, error };
    }
  };
}
