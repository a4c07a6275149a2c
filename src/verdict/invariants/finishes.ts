import { exchangesOf, isDamaged } from './exchanges.ts';
import { type Breach, invariant, type Invariant } from './invariant.ts';

const UNFINISHED: ReadonlySet<unknown> = new Set(['tool_use', 'pause_turn']);

/**
 * The agent comes to a final answer, or fails openly: every session ends its turn, and an agent (`api.runAgent`) whose
 * last response was an error, or never came whole, throws. One that throws has done what it should.
 */
export const finishes: Invariant = invariant('finishes', (events) => {
  if (events.some(({ type }) => type === 'agent.failed')) return [];
  const exchanges = exchangesOf(events);
  const last = new Map(exchanges.map((exchange) => [exchange.session, exchange]));
  const unfinished = [...last.values()].flatMap(({ session, message }) => {
    const reason = message?.stop_reason;
    if (!UNFINISHED.has(reason)) return [];
    return [breach(session, `The session ended with stop_reason "${reason}".`)];
  });
  if (unfinished.length > 0 || !events.some(({ type }) => type === 'agent.finished')) {
    return unfinished;
  }
  const end = exchanges.at(-1);
  if (!end || (end.status < 400 && !isDamaged(end))) return [];
  const what = end.status < 400 ? 'never came whole' : `was an error with status ${end.status}`;
  const message = `The agent ended as if all were well, but its last response ${what}.`;
  return [{ ...breach(end.session, message), request: end.request }];
});

function breach(session: string, message: string): Breach {
  return {
    session,
    message,
    fix: 'Go on until Claude ends the turn, and let an error that cannot be mended reach the caller.',
  };
}
