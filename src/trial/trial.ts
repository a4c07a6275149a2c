import { setImmediate } from 'node:timers/promises';
import { EndlessTimersError } from '../api/client/settle.ts';
import { createFakeApi, type FakeApi, type FakeApiOptions } from '../api/create-fake-api.ts';
import type { Scenario } from '../scenario/scenario.ts';
import type { Schedule } from '../schedule/schedule.ts';
import { DEFAULT_EPOCH } from '../transcript/clock.ts';
import type { TranscriptEvent } from '../transcript/events.ts';
import type { Invariant } from '../verdict/invariants.ts';
import type { VerdictEntry } from '../verdict/verdict.ts';
import { inLinkedWorld } from './linked-world.ts';
import { standardJudges } from './judges.ts';

/** What an agent is to do in a trial. */
export interface TrialAssignment {
  readonly scenario: Scenario;
  /** What the user says, one message a turn. */
  readonly inputs: readonly string[];
}

/**
 * The agent under test: holds the conversation with the fake, by `api.fetch`, and returns or throws when it has ended.
 * What it returns as `usage` is what it says it used.
 */
export type RunAgent = (api: FakeApi, assignment: TrialAssignment) => unknown;

export interface TrialOptions {
  /** What goes wrong, and when. Default: what the scenario says. */
  readonly schedule?: Schedule | undefined;
  /** What the user says. Default: the scenario's user messages. */
  readonly inputs?: readonly string[] | undefined;
  /** What has to hold beside a clean verdict and all standard invariants. Default: nothing. */
  readonly invariants?: readonly Invariant[] | undefined;
  /** How many requests an agent may send in a session; one that goes on is stopped. Default: 50. */
  readonly maxRequests?: number | undefined;
  /**
   * The fake's other options. Default: `clock: 'linked'`, with timers that are faked for the trial, so that an agent that
   * waits takes no time.
   */
  readonly fake?: Omit<FakeApiOptions, 'script' | 'schedule'> | undefined;
}

/** What came of a trial. */
export interface Trial {
  /** What the agent did wrong. */
  readonly entries: readonly VerdictEntry[];
  readonly transcript: readonly TranscriptEvent[];
}

const MAX_REQUESTS = 50;

/**
 * Lets an agent hold the conversation of a scenario while things go wrong as the schedule says, and judges it. An agent
 * that throws has failed openly, which is right when something went wrong. The same arguments give the same transcript,
 * if the agent does the same.
 */
export async function tryAgent(
  scenario: Scenario,
  runAgent: RunAgent,
  { schedule, inputs = inputsOf(scenario), invariants = [], ...options }: TrialOptions = {},
): Promise<Trial> {
  const { maxRequests = MAX_REQUESTS, fake = {} } = options;
  const { seed = 'callsheet', epoch = DEFAULT_EPOCH, clock = 'linked' } = fake;
  const played = schedule ?? scenario.data.schedule ?? {};
  await using api = createFakeApi({ ...fake, clock, script: scenario, schedule: played });
  const run = () =>
    runBounded(api, (watched) => runAgent(watched, { scenario, inputs }), maxRequests);
  const unending = await (clock === 'linked' ? inLinkedWorld({ epoch, seed }, run) : run());
  const transcript = [...api.transcript];
  const judges = [...standardJudges({ scenario, maxRequests }), ...invariants];
  const nothingWrong = Object.keys(played).length === 0 || played.faults?.length === 0;
  const entries = [
    ...judges.flatMap((judge) => judge(transcript)),
    ...unending,
    ...(nothingWrong && unending.length === 0 ? failures(transcript) : []),
  ];
  return { entries, transcript };
}

/** What the user says in a scenario, one message a turn. */
function inputsOf({ data }: Scenario): string[] {
  return (data.turns ?? []).flatMap(({ user }) => user ?? []);
}

/** Runs the agent until it ends, or sends a request too many: that one stays without an answer. */
async function runBounded(
  api: FakeApi,
  runAgent: (api: FakeApi) => unknown,
  maxRequests: number,
): Promise<VerdictEntry[]> {
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
  } catch (error) {
    // The transcript has it as `agent.failed`.
    if (error instanceof EndlessTimersError) return [endless(error)];
  }
  // What the agent left behind gets its chance to show.
  await setImmediate();
  return [];
}

function endless({ message }: EndlessTimersError): VerdictEntry {
  return {
    rule: 'invariant.ends_within',
    times: 1,
    session: '',
    message: `The agent did not come to an end: ${message}`,
    severity: 'high',
    consequence: 'Whoever waits for the agent waits for ever.',
    fix: 'Bound what is waited for, and clear intervals.',
  };
}

/** An agent that fails though nothing goes wrong has no excuse. */
function failures(transcript: readonly TranscriptEvent[]): VerdictEntry[] {
  const failed = transcript.findLast((event) => event.type === 'agent.failed');
  if (!failed) return [];
  return [
    {
      rule: 'agent.failed',
      times: 1,
      session: failed.session,
      message: `The agent failed by itself: ${failed.error}`,
      severity: 'high',
      consequence: 'The user gets an error though nothing had gone wrong.',
      fix: 'The error says what the agent could not do.',
    },
  ];
}
