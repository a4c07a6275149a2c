import type { EventOf, TranscriptEvent } from '../../transcript/events.ts';
import type { Failure } from './failure.ts';

/** Turns broken rules into failures, and refused requests for which no rule was blamed. */
export function checkRules(transcript: Iterable<TranscriptEvent>): Failure[] {
  const events = [...transcript];
  const blamed = new Set(
    events.flatMap((event) => (event.type === 'finding' ? [event.request] : [])),
  );
  return events.flatMap((event): Failure[] => {
    if (event.type === 'finding') return [fromFinding(event)];
    if (event.type !== 'response.sent' || event.status < 400 || blamed.has(event.request))
      return [];
    const message = `A request was refused with status ${event.status}: ${errorText(event)}`;
    return [{ code: 'request.refused', message, status: event.status }];
  });
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
