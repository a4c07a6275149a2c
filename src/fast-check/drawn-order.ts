import type * as fc from 'fast-check';
import type { FakeApi } from '../api/create-fake-api.ts';
import type { RunAgent } from '../trial/trial.ts';

/**
 * The agent, with its tools (those wrapped by `api.tool`) beginning and ending in the order a scheduler draws: for races
 * between calls that are made at once. For `fc.asyncProperty(fc.scheduler(), (s) => tryAgent(scenario, inDrawnOrder(agent, s)))`.
 */
export function inDrawnOrder(runAgent: RunAgent, scheduler: fc.Scheduler): RunAgent {
  return async (api, assignment) => {
    const tool: FakeApi['tool'] = (run, { name = run.name } = {}) => {
      const its = api.tool(
        async (...args: Parameters<typeof run>) => {
          await scheduler.schedule(Promise.resolve(), `${name} begins`);
          const result = await run(...args);
          await scheduler.schedule(Promise.resolve(), `${name} ends`);
          return result;
        },
        { name },
      );
      return its;
    };
    return scheduler.waitFor(Promise.resolve(runAgent({ ...api, tool }, assignment)));
  };
}
