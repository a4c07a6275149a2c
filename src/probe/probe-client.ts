import { createFakeApi } from '../api/create-fake-api.ts';
import { CommandError } from '../node/child-command.ts';
import { startServer } from '../node/server.ts';
import type { Sandbox } from '../protocol/sandbox.ts';
import { startRealTimer } from '../sandbox/real-timer.ts';
import type { Failure } from '../scenario/checks/failure.ts';
import { checkExpectations } from '../scenario/checks/scenario.ts';
import { assertRunnable } from '../scenario/runnable.ts';
import type { TranscriptEvent } from '../transcript/events.ts';
import { limitRequests } from '../trial/limit-requests.ts';
import { endsWithin, type Invariant, wholeResponsesOnly } from '../verdict/invariants.ts';
import { verdict, type VerdictEntry } from '../verdict/verdict.ts';
import { type Assignment, createAssignment } from './assignment.ts';
import { checkClient } from './check-client.ts';
import type { ProbeConversation } from './conversation.ts';
import { STANDARD_CONVERSATIONS } from './standard-conversations.ts';

/**
 * Lets the client under test hold a conversation: sends what the user says, answers the calls, and resolves when Claude
 * has answered the last prompt. What it rejects with is reported.
 */
export type ProbeAdapter = (assignment: Assignment) => Promise<unknown>;

export interface ProbeOptions {
  /** What to try the client with. Default: the standard conversations. */
  readonly conversations?: readonly ProbeConversation[] | undefined;
  /** Real milliseconds after which a conversation that has not ended is given up. Default: 60,000. */
  readonly timeout?: number | undefined;
  /** Runs the cells. Default: real Python, shared by all fakes of the process. */
  readonly sandbox?: Sandbox | undefined;
}

/** What came of one conversation. */
export interface ProbeResult {
  /** The name of the conversation. */
  readonly name: string;
  /** Whether the client held it as it should, or failed openly after something had gone wrong. */
  readonly ok: boolean;
  /** How the client ended: by itself, by an error of its own, or not at all within the time it had. */
  readonly ended: 'finished' | 'failed' | 'hung';
  /** What the client failed with. */
  readonly error?: string | undefined;
  /** How many requests it sent. */
  readonly requests: number;
  /** What it did wrong, rule by rule. */
  readonly findings: readonly VerdictEntry[];
  /** What did not come out as the conversation says: mostly consequences, if there are findings. */
  readonly failures: readonly Failure[];
  readonly transcript: readonly TranscriptEvent[];
}

const DEFAULT_TIMEOUT = 60_000;
const API_KEY = 'callsheet';

/** No conversation takes nearly as many. */
const MAX_REQUESTS = 100;

/** What no rule of the API says, but every client has to keep to. */
const INVARIANTS: readonly Invariant[] = [
  wholeResponsesOnly,
  endsWithin({ requests: MAX_REQUESTS }),
];

/**
 * Tries a client: lets it hold one conversation after the other, each with a fake of its own, and says what it did wrong.
 * Rejects with a `ScenarioError` when a conversation does not say enough, and with a `CommandError` when the client is a
 * command that cannot be started.
 */
export async function probeClient(
  adapter: ProbeAdapter,
  { conversations = STANDARD_CONVERSATIONS, timeout = DEFAULT_TIMEOUT, sandbox }: ProbeOptions = {},
): Promise<ProbeResult[]> {
  for (const { scenario } of conversations) assertRunnable(scenario);
  const results: ProbeResult[] = [];
  for (const conversation of conversations) {
    results.push(await hold(conversation, { adapter, timeout, sandbox }));
  }
  return results;
}

interface HoldOptions {
  readonly adapter: ProbeAdapter;
  readonly timeout: number;
  readonly sandbox: Sandbox | undefined;
}

async function hold(
  { scenario, fake }: ProbeConversation,
  { adapter, timeout, sandbox }: HoldOptions,
): Promise<ProbeResult> {
  await using api = createFakeApi({ ...fake, script: scenario, sandbox });
  await using server = await startServer(api);
  const end = await limited(timeout, (signal, giveUp) => {
    const where = {
      fetch: limitRequests(api.fetch, MAX_REQUESTS, () =>
        giveUp(`it had not ended after ${MAX_REQUESTS} requests`),
      ),
      baseURL: server.url,
      apiKey: API_KEY,
      signal,
    };
    return api.runAgent(() => adapter(createAssignment(scenario, where)));
  });
  // What a client that hangs does from here on is not looked at any more.
  const transcript = [...api.transcript];
  const findings = [
    ...verdict([...transcript, ...checkClient(scenario.data, transcript)]),
    ...INVARIANTS.flatMap((holds) => holds(transcript)),
  ];
  // A client that fails openly when something has gone wrong has done what it should.
  const gaveUp = end.ended === 'failed' && transcript.some(({ type }) => type === 'fault.injected');
  const failures = gaveUp ? [] : checkExpectations(scenario, transcript);
  return {
    name: scenario.name,
    ok: (gaveUp || end.ended === 'finished') && findings.length === 0 && failures.length === 0,
    ...end,
    requests: transcript.filter(({ type }) => type === 'request.received').length,
    findings,
    failures,
    transcript,
  };
}

type End = Pick<ProbeResult, 'ended' | 'error'>;

/** Ends the conversation, and says why. */
type GiveUp = (error: string) => void;

/** Runs a client to its end, or until its time is up; then its signal aborts, and nobody waits for it. */
async function limited(
  timeout: number,
  run: (signal: AbortSignal, giveUp: GiveUp) => Promise<unknown>,
): Promise<End> {
  const controller = new AbortController();
  const { signal } = controller;
  const hung = new Promise<End>((resolve) => {
    signal.addEventListener('abort', () => {
      resolve({ ended: 'hung', error: messageOf(signal.reason) });
    });
  });
  const giveUp: GiveUp = (reason) => {
    controller.abort(new Error(reason));
  };
  const cancel = startRealTimer(timeout, () =>
    giveUp(`it had not ended after ${timeout / 1000} s`),
  );
  try {
    return await Promise.race([hung, toEnd(() => run(signal, giveUp))]);
  } finally {
    cancel();
  }
}

async function toEnd(run: () => Promise<unknown>): Promise<End> {
  try {
    await run();
    return { ended: 'finished' };
  } catch (error) {
    if (error instanceof CommandError) throw error;
    return { ended: 'failed', error: messageOf(error) };
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
