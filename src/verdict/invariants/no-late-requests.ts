import { type Breach, invariant, type Invariant } from './invariant.ts';

/** No request comes after the agent (`api.runAgent`) has returned or thrown. */
export const noLateRequests: Invariant = invariant('no_late_requests', (events) => {
  let isRunning = true;
  return events.flatMap((event): Breach[] => {
    if (event.type === 'agent.started') isRunning = true;
    if (event.type === 'agent.finished' || event.type === 'agent.failed') isRunning = false;
    if (event.type !== 'request.received' || isRunning) return [];
    const { session, request } = event;
    return [
      {
        session,
        request,
        message: 'A request came after the agent had ended.',
        fix: 'Await everything the agent starts, and abort what is still under way when it ends.',
      },
    ];
  });
});
