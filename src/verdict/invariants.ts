import * as z from 'zod';
import type { EventOf, TranscriptEvent } from '../transcript/events.ts';
import type { VerdictEntry } from './verdict.ts';

/** What has to hold of every transcript, whatever went wrong on the way. Returns the ways in which it did not hold. */
export type Invariant = (transcript: Iterable<TranscriptEvent>) => VerdictEntry[];

/** What of a request's body shows answers to calls. What has another shape was refused anyhow. */
const Answers = z.object({
  messages: z.array(z.object({ content: z.unknown() })),
});
const Results = z.array(z.unknown());
const Result = z.object({
  type: z.literal('tool_result'),
  tool_use_id: z.string(),
  content: z.unknown(),
});

/**
 * No call has two answers: neither two results in one request nor, in a later request, another than before. Calls that
 * were never answered are the verdict's `cell.abandoned`.
 */
export const answeredOnce: Invariant = (transcript) => {
  const known = new Map<string, string>();
  const entries: VerdictEntry[] = [];
  for (const event of transcript) {
    if (event.type !== 'request.received') continue;
    const seen = new Set<string>();
    for (const { tool_use_id: call, content } of resultsIn(event.body)) {
      const key = `${event.session} ${call}`;
      const answer = JSON.stringify(content) ?? '';
      if (seen.has(key) || (known.get(key) ?? answer) !== answer) {
        entries.push({
          rule: 'invariant.answered_once',
          times: 1,
          session: event.session,
          request: event.request,
          message: `The call ${call} was answered more than once.`,
          fix: 'Run a tool once for a call, keep its result in the history, and resend the history as it was.',
        });
      }
      seen.add(key);
      known.set(key, answer);
    }
  }
  return merged(entries);
};

/** No session takes more requests than this, retries included. */
export function endsWithin({ requests }: { readonly requests: number }): Invariant {
  return (transcript) => {
    const counts = new Map<string, number>();
    const over: VerdictEntry[] = [];
    for (const event of transcript) {
      if (event.type !== 'request.received') continue;
      const count = (counts.get(event.session) ?? 0) + 1;
      counts.set(event.session, count);
      if (count !== requests + 1) continue;
      over.push({
        rule: 'invariant.ends_within',
        times: 1,
        session: event.session,
        request: event.request,
        message: `The session took more than ${requests} requests.`,
        fix: 'Bound the loop and the retries, and give up on an error that trying again cannot mend.',
      });
    }
    return over;
  };
}

/**
 * No side effect happens twice: none of these tools runs without a call that waits for it, and none runs (or, where the
 * transcript does not show runs, is answered) twice with the same input in a session. Tools are seen running when they
 * are wrapped by `api.tool`.
 */
export function writesOnce(tools: readonly string[]): Invariant {
  return (transcript) => {
    const calls = new Map<string, EventOf<'call.made'>>();
    const runs = new Map<string, Set<string>>();
    const entries: VerdictEntry[] = [];
    const repeated = (session: string, message: string): void => {
      entries.push({
        rule: 'invariant.writes_once',
        times: 1,
        session,
        message,
        fix: 'Keep the result of a call by its id; when a request has to be sent again, send the same result again.',
      });
    };

    const events = [...transcript];
    const watched = new Set(
      events.flatMap((event) => (event.type === 'tool.started' ? [event.name] : [])),
    );
    for (const event of events) {
      const { session } = event;
      if (event.type === 'call.made') calls.set(`${session} ${event.call}`, event);
      if (event.type === 'tool.started' && event.call === undefined && tools.includes(event.name)) {
        repeated(session, `${event.name} ran though no call was waiting for it.`);
      }
      if (event.type !== 'tool.started' && event.type !== 'call.answered') continue;
      const made = calls.get(`${session} ${event.call}`);
      if (!made || !tools.includes(made.name)) continue;
      if (watched.has(made.name) !== (event.type === 'tool.started')) continue;
      const write = `${made.name}(${JSON.stringify(made.input)})`;
      const before = runs.get(session) ?? new Set();
      if (before.has(write)) repeated(session, `${write} happened twice.`);
      runs.set(session, before.add(write));
    }
    return merged(entries);
  };
}

const UNFINISHED: ReadonlySet<unknown> = new Set(['tool_use', 'pause_turn']);

/**
 * Every session comes to a final answer, or fails openly: the agent throws, or the last response is an error. An agent
 * (`api.runAgent`) that throws though nothing went wrong has no excuse.
 */
export const finishes: Invariant = (transcript) => {
  const last = new Map<string, EventOf<'response.sent'>>();
  let failed: EventOf<'agent.failed'> | undefined;
  let isExcused = false;
  for (const event of transcript) {
    if (event.type === 'response.sent') last.set(event.session, event);
    if (event.type === 'agent.failed') failed = event;
    if (event.type === 'fault.injected') isExcused = true;
  }
  if (failed) {
    return isExcused
      ? []
      : [unfinished(failed.session, `The agent failed by itself: ${failed.error}`)];
  }
  return [...last.values()].flatMap(({ session, status, body }) =>
    status < 400 && UNFINISHED.has(body['stop_reason'])
      ? [
          unfinished(
            session,
            `The session ended with stop_reason "${String(body['stop_reason'])}".`,
          ),
        ]
      : [],
  );
};

/** No request comes after the agent (`api.runAgent`) has returned or thrown. */
export const noLateRequests: Invariant = (transcript) => {
  let isRunning = true;
  const late: VerdictEntry[] = [];
  for (const event of transcript) {
    if (event.type === 'agent.started') isRunning = true;
    if (event.type === 'agent.finished' || event.type === 'agent.failed') isRunning = false;
    if (event.type !== 'request.received' || isRunning) continue;
    late.push({
      rule: 'invariant.no_late_requests',
      times: 1,
      session: event.session,
      request: event.request,
      message: 'A request came after the agent had ended.',
      fix: 'Await everything the agent starts, and abort what is still under way when it ends.',
    });
  }
  return merged(late);
};

function unfinished(session: string, message: string): VerdictEntry {
  return {
    rule: 'invariant.finishes',
    times: 1,
    session,
    message,
    fix: 'Go on until Claude ends the turn, and let an error that cannot be mended reach the caller.',
  };
}

function resultsIn(body: unknown): z.infer<typeof Result>[] {
  const parsed = Answers.safeParse(body);
  if (!parsed.success) return [];
  return parsed.data.messages.flatMap(({ content }) => {
    const blocks = Results.safeParse(content);
    return (blocks.data ?? []).flatMap((block) => Result.safeParse(block).data ?? []);
  });
}

/** One entry a rule, as in a verdict: the first, with how often there was one. */
function merged([first, ...others]: readonly VerdictEntry[]): VerdictEntry[] {
  return first ? [{ ...first, times: 1 + others.length }] : [];
}
