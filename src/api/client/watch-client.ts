import { isDeepStrictEqual } from 'node:util';
import * as z from 'zod';
import type { PendingCall } from '../../machine/replies.ts';
import type { Session } from '../../machine/session.ts';
import { type ClientEvent, ReportedUsage } from '../../transcript/events.ts';
import type { MasterClock } from '../../transcript/master-clock.ts';
import type { Transcript } from '../../transcript/transcript.ts';
import type { Activity } from '../activity.ts';
import { createOwnTimers, currentFakeTimers } from './fake-timers.ts';
import { settle } from './settle.ts';

/** What a fake gets to see of its client, where the test lets it. */
export interface ClientWatch {
  /**
   * Wraps a tool of the agent, so that the transcript has when it started, finished or failed, and `settle` waits for it.
   * With a master clock it takes at least as long as the schedule says. `name`: default, the name of the function.
   */
  tool<Args extends unknown[], Result>(
    run: (...args: Args) => Result | Promise<Result>,
    options?: { readonly name?: string | undefined },
  ): (...args: Args) => Promise<Result>;
  /**
   * Runs the agent, so that the transcript has how it ended, and the `usage` of what it returned. With `clock: 'linked'` it lets time pass, as `settle` does,
   * until the agent is done.
   */
  runAgent<Result>(run: () => Result | Promise<Result>): Promise<Result>;
  /**
   * Lets the time of the test's fake timers pass until no timer is left; but never while a request is served, a cell runs
   * or a wrapped tool does anything but wait for a timer. For `clock: 'linked'`, with the fake timers of Vitest, Jest or
   * Sinon.
   */
  settle(): Promise<void>;
}

export function watchClient({
  sessions,
  transcript,
  activity,
  master,
}: {
  readonly sessions: readonly Session[];
  readonly transcript: Transcript;
  readonly activity: Activity;
  readonly master: MasterClock | undefined;
}): ClientWatch {
  const claimed = new Set<string>();

  /** The call a tool is run for: one with its input, or else (a client may have added defaults) the first of its name. */
  function claim(
    name: string,
    input: unknown,
  ): { session: Session; call: PendingCall } | undefined {
    const open = sessions.flatMap((session) =>
      [...session.pending]
        .filter((call) => call.name === name && !claimed.has(call.id))
        .map((call) => ({ session, call })),
    );
    const found = open.find(({ call }) => isDeepStrictEqual(call.input, input)) ?? open[0];
    if (found) claimed.add(found.call.id);
    return found;
  }

  function record(event: ClientEvent, session: Session | undefined): void {
    if (session) session.witness(event);
    else transcript.append({ ...event, session: '', at: now() });
  }

  /** The latest time of any session: what the client does on its own has no clock. */
  function now(): number {
    return Math.max(0, ...sessions.map(({ view }) => view.now));
  }

  return {
    tool(run, { name = run.name } = {}) {
      if (name === '') {
        throw new TypeError('api.tool needs to know which tool this is: tool(run, { name }).');
      }
      return async (...args) => {
        const found = claim(name, args[0]);
        const stamp = { name, call: found?.call.id };
        const timers = createOwnTimers();
        const due = (master?.now() ?? 0) + (found?.call.takes ?? 0);
        record({ ...stamp, type: 'tool.started' }, found?.session);
        const work = async () => {
          try {
            return await run(...args);
          } finally {
            await master?.reaches(due);
          }
        };
        try {
          const result = await activity.during(
            () => timers.collect(work),
            () => timers.arePending,
          );
          record({ ...stamp, type: 'tool.finished' }, found?.session);
          return result;
        } catch (error) {
          record({ ...stamp, type: 'tool.failed', error: String(error) }, found?.session);
          throw error;
        }
      };
    },
    async runAgent(run) {
      record({ type: 'agent.started' }, undefined);
      try {
        const result = await driven(run);
        record({ type: 'agent.finished', usage: usageOf(result) }, undefined);
        return result;
      } catch (error) {
        record({ type: 'agent.failed', error: String(error) }, undefined);
        throw error;
      }
    },
    async settle() {
      await settle(activity);
    },
  };

  async function driven<Result>(run: () => Result | Promise<Result>): Promise<Result> {
    let isDone = false;
    const running = (async () => run())().finally(() => {
      isDone = true;
    });
    if (!master || master.nondeterministic || !currentFakeTimers()) return running;
    // It is awaited below; until then its failure is no unhandled one.
    running.catch(() => {});
    // When no timer is left the agent waits for something else, and may set timers afterwards.
    let settled = false;
    while (!settled) settled = await settle(activity, () => isDone);
    return running;
  }
}

function usageOf(result: unknown): z.infer<typeof ReportedUsage> | undefined {
  return z.object({ usage: ReportedUsage }).safeParse(result).data?.usage;
}
