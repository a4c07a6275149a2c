import { exchangesOf } from './exchanges.ts';
import { type Breach, invariant, type Invariant } from './invariant.ts';

/**
 * A client that is told when to try again does not try before. It shows with `clock: 'linked'` and `clock: 'real'`: by the
 * virtual clock no time passes for a client, and it is told to come back at once.
 */
export const retryAfterHonoured: Invariant = invariant('retry_after_honoured', (events) => {
  const waits = new Map<string, { until: number; told: number }>();
  return exchangesOf(events).flatMap(({ session, request, at, ...answer }): Breach[] => {
    const wait = waits.get(session);
    const { retryAfter, answeredAt } = answer;
    if (retryAfter === undefined) waits.delete(session);
    else waits.set(session, { until: answeredAt + retryAfter, told: retryAfter });
    // Sessions have whole milliseconds, clients have not.
    if (!wait || at >= wait.until - 1) return [];
    const early = wait.until - at;
    return [
      {
        session,
        request,
        message: `The client was told to wait ${wait.told} ms and tried again ${early} ms too early.`,
        fix: 'Wait as long as `retry-after` (or `retry-after-ms`) says before a request is sent again.',
      },
    ];
  });
});
