import * as z from 'zod';
import type { EventOf } from '../../transcript/events.ts';
import { type Breach, invariant, type Invariant } from './invariant.ts';

/** As much of a request as says who may call its tools. */
const Declarations = z.object({
  tools: z
    .array(
      z.object({
        name: z.string().optional(),
        allowed_callers: z.array(z.string()).default(['direct']),
      }),
    )
    .default([]),
});

/**
 * No tool runs for a caller it was not declared for: `allowed_callers` guides Claude, and the API holds nobody to it.
 * Tools are seen running when they are wrapped by `api.tool`.
 */
export const allowedCallers: Invariant = invariant('allowed_callers', (events) => {
  const calls = new Map<string, EventOf<'call.made'>>();
  let tools: z.infer<typeof Declarations>['tools'] = [];
  return events.flatMap((event): Breach[] => {
    if (event.type === 'request.received')
      tools = Declarations.safeParse(event.body).data?.tools ?? tools;
    if (event.type === 'call.made') calls.set(event.call, event);
    if (event.type !== 'tool.started' || event.call === undefined) return [];
    const caller = calls.get(event.call)?.caller;
    const declared = tools.find(({ name }) => name === event.name);
    if (!caller || !declared || isAllowed(caller.type, declared.allowed_callers)) return [];
    return [
      {
        session: event.session,
        message: `${event.name} ran for a call by ${caller.type}, but is declared for ${declared.allowed_callers.join(', ')}.`,
        fix: 'Look at the `caller` of a call before the tool runs, and answer with an error where it is not allowed.',
      },
    ];
  });
});

/** Versions of the code execution tool stand in for each other. */
function isAllowed(caller: string, allowed: readonly string[]): boolean {
  return allowed.some((each) => (each === 'direct') === (caller === 'direct'));
}
