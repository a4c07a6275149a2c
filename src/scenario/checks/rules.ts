import type { EventOf, TranscriptEvent } from '../../transcript/events.ts';
import type { Failure } from './failure.ts';

/** Turns broken rules into failures, and refused requests for which neither a rule was blamed nor the schedule. */
export function checkRules(transcript: Iterable<TranscriptEvent>): Failure[] {
  const events = [...transcript];
  const blamed = new Set(events.flatMap((event) => blame(event, events)));
  return events.flatMap((event): Failure[] => {
    if (event.type === 'finding') return [fromFinding(event)];
    if (event.type !== 'response.sent' || event.status < 400 || blamed.has(event.request))
      return [];
    const message = `A request was refused with status ${event.status}: ${errorText(event)}`;
    return [{ code: 'request.refused', message, status: event.status }];
  });
}

/** The request that an event explains the refusal of. */
function blame(event: TranscriptEvent, events: readonly TranscriptEvent[]): string[] {
  if (event.type === 'finding') return [event.request];
  if (event.type !== 'fault.injected' || event.fault.on !== 'request') return [];
  const before = events.slice(0, events.indexOf(event));
  const struck = before.findLast(
    (each) => each.type === 'request.received' && each.session === event.session,
  );
  return struck?.type === 'request.received' ? [struck.request] : [];
}

function fromFinding({ rule, path, message, fix }: EventOf<'finding'>): Failure {
  const lines = [`Finding ${rule}: ${message}`];
  if (path !== undefined) lines.push(`  at   ${path}`);
  lines.push(`  fix  ${fix}`);
  return { code: 'finding', message: lines.join('\n'), rule };
}

/** The API's own words: `{ type: 'error', error: { type, message } }`. */
function errorText({ body }: EventOf<'response.sent'>): string {
  const error: unknown = 'error' in body ? body['error'] : undefined;
  const hasMessage = typeof error === 'object' && error !== null && 'message' in error;
  return hasMessage && typeof error.message === 'string' ? error.message : JSON.stringify(body);
}
