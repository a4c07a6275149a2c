import type { Scenario } from '../scenario/scenario.ts';
import type { TranscriptEvent } from '../transcript/events.ts';
import {
  answeredOnce,
  containerForwarded,
  endsWithin,
  finishes,
  type Invariant,
  noLateRequests,
  resentVerbatim,
  retryAfterHonoured,
  usageSummedOnce,
  wholeResponsesOnly,
  writesOnce,
} from '../verdict/invariants.ts';
import { verdict } from '../verdict/verdict.ts';

/** What an agent is held to in every trial: a clean verdict and all invariants. */
export function standardJudges({
  scenario,
  maxRequests,
}: {
  readonly scenario: Scenario;
  readonly maxRequests: number;
}): Invariant[] {
  const tools = Object.entries(scenario.data.tools ?? {});
  const writing = tools.flatMap(([name, { writes }]) => (writes ? [name] : []));
  return [
    cleanVerdict,
    answeredOnce,
    endsWithin({ requests: maxRequests }),
    finishes,
    noLateRequests,
    retryAfterHonoured,
    usageSummedOnce,
    wholeResponsesOnly,
    writesOnce(writing),
    // What these see is in the verdict too, where there is a rule for it: then that says it better.
    unlessBroken(resentVerbatim, 'history.'),
    unlessBroken(containerForwarded, 'container.'),
  ];
}

/** The verdict. An agent that gave up openly has not forgotten what it left undone. */
const cleanVerdict: Invariant = (transcript) => {
  const events = [...transcript];
  const gaveUp = events.some(({ type }) => type === 'agent.failed');
  return verdict(events.filter((event) => !isExcused(event, events))).filter(
    ({ rule }) => !gaveUp || !rule.endsWith('.abandoned'),
  );
};

/** For so long code waits for an answer, in milliseconds. */
const CODE_WAITS = 270_000;

/** Whether an answer was late only because the API was slow, or made the client wait before it tried again. */
function isExcused(event: TranscriptEvent, events: readonly TranscriptEvent[]): boolean {
  if (event.type !== 'finding' || event.rule !== 'answer.late') return false;
  const before = events
    .slice(0, events.indexOf(event))
    .filter(({ session }) => session === event.session);
  const paused = before.findLastIndex(({ type }) => type === 'cell.paused');
  const began = before[paused]?.at ?? 0;
  const since = before.slice(paused);
  const arrived = since.findLast(({ type }) => type === 'request.received')?.at ?? event.at;
  const byApi = since.reduce((sum, each) => sum + waitFor(each), 0);
  return arrived - began - byApi < CODE_WAITS;
}

function waitFor(event: TranscriptEvent): number {
  if (event.type === 'clock.moved' && event.cause === 'api') return event.by;
  return (event.type === 'response.sent' && event.retry_after) || 0;
}

/** An invariant, where no rule of a family was broken. */
function unlessBroken(invariant: Invariant, family: string): Invariant {
  return (transcript) => {
    const events: readonly TranscriptEvent[] = [...transcript];
    const isBroken = events.some(
      (event) => event.type === 'finding' && event.rule.startsWith(family),
    );
    return isBroken ? [] : invariant(events);
  };
}
