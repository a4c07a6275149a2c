import { type Breach, invariant, type Invariant } from './invariant.ts';

/**
 * None of these tools runs without an approval of its own before it, whoever calls it. The tools, and the function that
 * asks for the approval, are seen running when they are wrapped by `api.tool`.
 */
export function approvedFirst({
  tools,
  approval,
}: {
  readonly tools: readonly string[];
  /** The name of the function that asks. It fails where the approval is refused. */
  readonly approval: string;
}): Invariant {
  return invariant('approved_first', (events) => {
    let approvals = 0;
    return events.flatMap((event): Breach[] => {
      if (event.type === 'tool.finished' && event.name === approval) approvals += 1;
      if (event.type !== 'tool.started' || !tools.includes(event.name)) return [];
      if (approvals-- > 0) return [];
      approvals = 0;
      return [
        {
          session: event.session,
          message: `${event.name} ran without an approval.`,
          fix: 'Ask before every run of the tool, also for calls that code makes.',
        },
      ];
    });
  });
}
