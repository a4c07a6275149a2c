import type { TranscriptEvent } from '../../transcript/events.ts';

/**
 * What is looked at as one: a session, for several clients may share a fake; but all the sessions of one run of an agent
 * (`api.runAgent`), which may begin a conversation anew.
 */
export function scopeOf(
  events: readonly TranscriptEvent[],
): (event: { readonly session: string }) => string {
  const isOneRun = events.filter(({ type }) => type === 'agent.started').length === 1;
  return ({ session }) => (isOneRun ? '' : session);
}
