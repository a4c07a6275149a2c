import { ReplayCheck } from '../../machine/replay-check.ts';
import { exchangesOf } from './exchanges.ts';
import { type Breach, invariant, type Invariant } from './invariant.ts';

/** Responses come back as they were: every block of them, with its `caller` and all its other keys. */
export const resentVerbatim: Invariant = invariant('resent_verbatim', (events) => {
  const checks = new Map<string, ReplayCheck>();
  return exchangesOf(events).flatMap(({ session, request, sent, message }): Breach[] => {
    const check = checks.get(session) ?? new ReplayCheck();
    checks.set(session, check);
    const { changedThinking, notes = [] } = (sent && check.compare(sent)) ?? {};
    if (message) check.remember(message);
    const thinking = changedThinking?.broken && [
      { ...changedThinking.broken, message: changedThinking.message },
    ];
    return [...(thinking ?? []), ...notes].map(({ path, message, fix }) => ({
      session,
      request,
      path,
      message,
      fix,
    }));
  });
});
