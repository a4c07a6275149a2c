import { containerId } from '../../protocol/request.ts';
import { exchangesOf, isDamaged } from './exchanges.ts';
import { type Breach, invariant, type Invariant } from './invariant.ts';

/**
 * A request names the container of the response before it, or state is lost: unless the container is said to be gone,
 * because a request that named it was refused.
 */
export const containerForwarded: Invariant = invariant('container_forwarded', (events) => {
  const containers = new Map<string, string>();
  return exchangesOf(events).flatMap((exchange): Breach[] => {
    const { session, request, sent, status, message } = exchange;
    const known = containers.get(session);
    const named = sent && containerId(sent);
    if (status === 400 || status === 404) containers.delete(session);
    const container = isDamaged(exchange) ? undefined : message?.container;
    if (container) containers.set(session, container.id);
    if (!sent || known === undefined || named === known) return [];
    return [
      {
        session,
        request,
        path: 'container',
        message: `The conversation is in container ${known}, but the request names ${named ?? 'none'}.`,
        fix: 'Send the `container.id` of the last response that had one, on every way a request can take.',
      },
    ];
  });
});
