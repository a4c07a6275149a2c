import { type Breach, invariant, type Invariant } from './invariant.ts';
import { scopeOf } from './scope.ts';

/** No session, and no run of an agent (`api.runAgent`), takes more requests than this, retries included. */
export function endsWithin({ requests }: { readonly requests: number }): Invariant {
  return invariant('ends_within', (events) => {
    const scope = scopeOf(events);
    const counts = new Map<string, number>();
    return events.flatMap((event): Breach[] => {
      if (event.type !== 'request.received') return [];
      const { session, request } = event;
      const count = (counts.get(scope(event)) ?? 0) + 1;
      counts.set(scope(event), count);
      if (count !== requests + 1) return [];
      return [
        {
          session,
          request,
          message: `It took more than ${requests} requests.`,
          fix: 'Bound the loop and the retries, and give up on an error that trying again cannot mend.',
        },
      ];
    });
  });
}
