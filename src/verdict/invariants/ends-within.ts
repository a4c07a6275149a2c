import { type Breach, invariant, type Invariant } from './invariant.ts';

/** No session takes more requests than this, retries included. */
export function endsWithin({ requests }: { readonly requests: number }): Invariant {
  return invariant('ends_within', (events) => {
    const counts = new Map<string, number>();
    return events.flatMap((event): Breach[] => {
      if (event.type !== 'request.received') return [];
      const { session, request } = event;
      const count = (counts.get(session) ?? 0) + 1;
      counts.set(session, count);
      if (count !== requests + 1) return [];
      return [
        {
          session,
          request,
          message: `The session took more than ${requests} requests.`,
          fix: 'Bound the loop and the retries, and give up on an error that trying again cannot mend.',
        },
      ];
    });
  });
}
