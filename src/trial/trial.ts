import { setImmediate } from 'node:timers/promises';
import { EndlessTimersError } from '../api/client/settle.ts';
import { createFakeApi, type FakeApi, type FakeApiOptions } from '../api/create-fake-api.ts';
import type { Failure } from '../scenario/checks/failure.ts';
import { checkExpectations } from '../scenario/checks/scenario.ts';
import type { Scenario } from '../scenario/scenario.ts';
import type { Fault, Schedule } from '../schedule/schedule.ts';
import { DEFAULT_EPOCH } from '../transcript/clock.ts';
import type { TranscriptEvent } from '../transcript/events.ts';
import type { Invariant } from '../verdict/invariants.ts';
import type { VerdictEntry } from '../verdict/verdict.ts';
import { limitRequests } from './limit-requests.ts';
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
   * Whether the agent is held to all that the scenario says (turns, cells, calls) where nothing goes wrong and it broke no
   * rule. Default: true.
   */
  readonly expectations?: boolean | undefined;
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
  /** What did not come out as the scenario says, though nothing went wrong. */
  readonly failures: readonly Failure[];
  readonly transcript: readonly TranscriptEvent[];
}

const MAX_REQUESTS = 50;

/**
 * Lets an agent hold the conversation of a scenario while things go wrong as the schedule says, and judges it. An agent
 * that throws has failed openly, which is right when something went wrong; a paused turn, a response that comes byte by
 * byte and a request that arrives twice are no excuse. The same arguments give the same transcript, if the agent does the
 * same.
 */
export async function tryAgent(
  scenario: Scenario,
  runAgent: RunAgent,
  { schedule, inputs = inputsOf(scenario), invariants = [], ...options }: TrialOptions = {},
): Promise<Trial> {
  const { maxRequests = MAX_REQUESTS, expectations = true, fake = {} } = options;
  const { seed = 'callsheet', epoch = DEFAULT_EPOCH, clock = 'linked' } = fake;
  const played = schedule ?? scenario.data.schedule ?? {};
  await using api = createFakeApi({ ...fake, clock, script: scenario, schedule: played });
  const run = () =>
    runBounded(api, (watched) => runAgent(watched, { scenario, inputs }), maxRequests);
  const unending = await (clock === 'linked' ? inLinkedWorld({ epoch, seed }, run) : run());
  const transcript = [...api.transcript];
  const judges = [...standardJudges({ scenario, maxRequests }), ...invariants];
  const { faults = [] } = played;
  const isExcused = unending.length > 0 || faults.some(excusesFailure);
  const entries = [
    ...judges.flatMap((judge) => judge(transcript)),
    ...unending,
    ...(isExcused ? [] : unexcused(transcript)),
  ];
  // What never came to happen is a consequence of what is broken, and says nothing new.
  const isHeld = expectations && faults.length === 0 && entries.length === 0;
  return { entries, failures: isHeld ? checkExpectations(scenario, transcript) : [], transcript };
}

/** Whether a fault leaves the client with anything else than whole responses, as the API may send them on any day. */
function excusesFailure(fault: Fault): boolean {
  if (fault.on === 'step') return false;
  if (fault.on !== 'request') return true;
  const { on: _on, nth: _nth, delivered: _delivered, response, takes = 0, ...others } = fault;
  const isWhole = response === undefined || response === 'dribbled';
  return !isWhole || takes > 0 || Object.keys(others).length > 0;
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
  let stop: (() => void) | undefined;
  const stopped = new Promise<never>((_, reject) => {
    stop = () => reject(new Error(`The agent was stopped after ${maxRequests} requests.`));
  });
  const fetch = limitRequests(api.fetch, maxRequests, () => stop?.());
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

/** An agent that fails though it got all it needed has no excuse. */
function unexcused(transcript: readonly TranscriptEvent[]): VerdictEntry[] {
  const failed = transcript.findLast((event) => event.type === 'agent.failed');
  if (!failed) return [];
  return [
    {
      rule: 'agent.failed',
      times: 1,
      session: failed.session,
      message: `The agent failed by itself: ${failed.error}`,
      severity: 'high',
      consequence:
        'The user gets an error though nothing had gone wrong that the agent should notice.',
      fix: 'The error says what the agent could not do.',
    },
  ];
}
