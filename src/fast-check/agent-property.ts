import { setImmediate } from 'node:timers/promises';
import * as fc from 'fast-check';
import { stringify } from 'yaml';
import { createFakeApi, type FakeApi, type FakeApiOptions } from '../api/create-fake-api.ts';
import { describeEntry } from '../scenario/checks/clean-verdict.ts';
import type { Scenario } from '../scenario/scenario.ts';
import type { Schedule } from '../schedule/schedule.ts';
import {
  answeredOnce,
  endsWithin,
  finishes,
  type Invariant,
  noLateRequests,
} from '../verdict/invariants.ts';
import { verdict, type VerdictEntry } from '../verdict/verdict.ts';
import { type ScheduleOptions, schedules } from './schedules.ts';

export interface AgentPropertyOptions {
  /**
   * What has to hold beside a clean verdict, `answeredOnce`, `endsWithin`, `finishes` and `noLateRequests`, which always
   * have to. Default: nothing.
   */
  readonly invariants?: readonly Invariant[] | undefined;
  /** What can go wrong. Default: everything, three things at most, and any tool of the scenario can be slow. */
  readonly faults?: ScheduleOptions | undefined;
  /** How many requests an agent may send in a run; one that goes on is stopped. Default: 50. */
  readonly maxRequests?: number | undefined;
  /** The fake's other options. */
  readonly fake?: Omit<FakeApiOptions, 'script' | 'schedule'> | undefined;
}

/** What an agent did wrong, and what had gone wrong before. */
class AgentPropertyError extends Error {
  override readonly name: string = 'AgentPropertyError';
  readonly code = 'agent.misbehaved';

  readonly schedule: Schedule;
  readonly entries: readonly VerdictEntry[];

  constructor(schedule: Schedule, entries: readonly VerdictEntry[]) {
    const said = entries.map(describeEntry).join('\n\n');
    super(`With this schedule the agent went wrong:\n\n${stringify(schedule)}\n${said}`);
    this.schedule = schedule;
    this.entries = entries;
  }
}

/**
 * The property that an agent survives whatever goes wrong: for `fc.assert`, which finds the smallest schedule that breaks
 * it. Each run makes a fake that plays the scenario by a drawn schedule, and runs the agent against it. An agent that
 * throws has failed openly, which is right when something went wrong: what it must not do belongs into `invariants`,
 * not into assertions inside of it. A run fails with an error that has the schedule, as YAML, and what the agent did.
 */
export function agentProperty(
  scenario: Scenario,
  runAgent: (api: FakeApi) => unknown,
  { invariants = [], faults, maxRequests = 50, fake }: AgentPropertyOptions = {},
): fc.IAsyncProperty<[Schedule]> {
  const tools = Object.keys(scenario.data.tools ?? {});
  const judges = [
    answeredOnce,
    endsWithin({ requests: maxRequests }),
    finishes,
    noLateRequests,
    ...invariants,
  ];

  return fc.asyncProperty(schedules({ tools, ...faults }), async (schedule) => {
    await using api = createFakeApi({ ...fake, script: scenario, schedule });
    await runBounded(api, runAgent, maxRequests);
    const events = api.transcript.events;
    const entries = [
      ...verdictOf(api),
      ...judges.flatMap((judge) => judge(events)),
      ...((schedule.faults ?? []).length === 0 ? failures(api) : []),
    ];
    if (entries.length > 0) throw new AgentPropertyError(schedule, entries);
  });
}

/** Runs the agent until it ends, or sends a request too many: that one stays without an answer. */
async function runBounded(
  api: FakeApi,
  runAgent: (api: FakeApi) => unknown,
  maxRequests: number,
): Promise<void> {
  let requests = 0;
  let stop: ((error: Error) => void) | undefined;
  const stopped = new Promise<never>((_, reject) => {
    stop = reject;
  });
  const fetch: FakeApi['fetch'] = async (...request) => {
    requests += 1;
    // The last one still reaches the fake, so that the transcript shows that there was one too many.
    const response = await api.fetch(...request);
    if (requests <= maxRequests) return response;
    stop?.(new Error(`The agent was stopped after ${maxRequests} requests.`));
    return new Promise<never>(() => {});
  };
  try {
    await api.runAgent(() => Promise.race([runAgent({ ...api, fetch }), stopped]));
  } catch {
    // The transcript has it as `agent.failed`.
  }
  // What the agent left behind gets its chance to show.
  await setImmediate();
}

/** An agent that fails though nothing goes wrong has no excuse. */
function failures({ transcript }: FakeApi): VerdictEntry[] {
  const failed = transcript.events.findLast((event) => event.type === 'agent.failed');
  if (!failed) return [];
  return [
    {
      rule: 'agent.failed',
      times: 1,
      session: failed.session,
      message: `The agent failed by itself: ${failed.error}`,
      fix: 'Nothing had gone wrong: the error says what the agent could not do.',
    },
  ];
}

/** An agent that gave up openly has not forgotten what it left undone. */
function verdictOf({ transcript }: FakeApi): VerdictEntry[] {
  const gaveUp = transcript.events.some(({ type }) => type === 'agent.failed');
  return verdict(transcript).filter(({ rule }) => !gaveUp || !rule.endsWith('.abandoned'));
}
