import type { RunAgent } from 'callsheet/fast-check';
import { createAnswers } from '../../src/scenario/client/answers.ts';
import { toolDefinitions } from '../../src/scenario/client/tool-definitions.ts';
import { DEFAULT_MODEL } from '../../src/scenario/data/scenario-data.ts';
import { converse, CORRECT, type Habits } from '../bug-classes/agent.ts';
import { resultOf } from '../bug-classes/observe.ts';

/** The agent of the bug classes as one that is tried: with these habits, and the tools of the scenario. */
export function agentOf(habits: Partial<Habits>): RunAgent {
  return async (api, { scenario: { data }, inputs }) => {
    const answer = createAnswers(data.tools ?? {});
    const tools = Object.keys(data.tools ?? {}).map((name) => {
      const run = async (input: object) => resultOf(answer({ name, input: { ...input } }));
      return [name, api.tool(run, { name })] as const;
    });
    const byName = new Map(tools);
    return converse(
      { ...CORRECT, ...habits },
      {
        fetch: api.fetch,
        model: DEFAULT_MODEL,
        tools: toolDefinitions(data),
        prompts: inputs,
        run: async (name, input) => byName.get(name)?.(input),
        approve: async () => true,
      },
    );
  };
}
