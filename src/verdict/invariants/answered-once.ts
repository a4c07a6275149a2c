import { blocksOf } from '../../machine/checks/history.ts';
import type { TranscriptEvent } from '../../transcript/events.ts';
import { exchangesOf } from './exchanges.ts';
import { type Breach, invariant, type Invariant } from './invariant.ts';

/**
 * Every call is answered, and once: no call has two results in one request, nor in a later request another than before,
 * nor none at all. A call whose cell was taken away, and those of an agent that failed or was refused, need no answer.
 */
export const answeredOnce: Invariant = invariant('answered_once', (events) => [
  ...answeredTwice(events),
  ...neverAnswered(events),
]);

function answeredTwice(events: readonly TranscriptEvent[]): Breach[] {
  const known = new Map<string, string>();
  return exchangesOf(events).flatMap(({ session, request, sent }) => {
    const seen = new Set<string>();
    const results = (sent?.messages ?? []).flatMap(blocksOf);
    return results.flatMap((block): Breach[] => {
      if (block.type !== 'tool_result') return [];
      const call = block.tool_use_id;
      const key = `${session} ${call}`;
      const answer = JSON.stringify(block.content) ?? '';
      const isAgain = seen.has(key) || (known.get(key) ?? answer) !== answer;
      seen.add(key);
      known.set(key, answer);
      if (!isAgain) return [];
      return [
        {
          session,
          request,
          message: `The call ${call} was answered more than once.`,
          fix: 'Run a tool once for a call, keep its result in the history, and resend the history as it was.',
        },
      ];
    });
  });
}

function neverAnswered(events: readonly TranscriptEvent[]): Breach[] {
  if (events.some(({ type }) => type === 'agent.failed')) return [];
  const waiting = new Map<string, Set<string>>();
  for (const event of events) {
    const { session } = event;
    const calls = waiting.get(session) ?? new Set();
    if (event.type === 'call.made') waiting.set(session, calls.add(event.call));
    if (event.type === 'call.answered') calls.delete(event.call);
    const isLost = event.type === 'fault.injected' && 'container' in event.fault;
    if (isLost || (event.type === 'response.sent' && event.status >= 400)) calls.clear();
  }
  return [...waiting].flatMap(([session, calls]) =>
    [...calls].map((call) => ({
      session,
      message: `The call ${call} was never answered.`,
      fix: 'Answer every `tool_use` of a response, all in the next message.',
    })),
  );
}
