import type { TranscriptEvent } from '../transcript/events.ts';
import { BUG_CLASSES, type BugClass, type BugClassId } from './bug-classes.ts';
import { type Broken, diagnose } from './diagnose.ts';

/** What a broken rule means for the client. */
export interface Explanation {
  /** The bug class it shows, where it shows one. */
  readonly class?: BugClassId | undefined;
  readonly severity: BugClass['severity'];
  /** What comes of it. */
  readonly consequence: string;
  /** Where the class is described, with an agent that has the bug and one that has not. */
  readonly docs?: string | undefined;
}

/** Says what a broken rule means, from what happened around it. */
export function explain(broken: Broken, events: readonly TranscriptEvent[]): Explanation {
  const id = diagnose(broken, events);
  if (id === undefined) return isRefused(broken, events) ? REFUSED : NOTED;
  const { severity, consequence } = BUG_CLASSES[id];
  return { class: id, severity, consequence, docs: `docs/bug-classes.md#${id}` };
}

const REFUSED: Explanation = {
  severity: 'high',
  consequence: 'The API refuses the request, and the conversation stops there.',
};
const NOTED: Explanation = {
  severity: 'low',
  consequence: 'The API may not mind today; it is not what it was sent, or asks for.',
};

function isRefused({ request }: Broken, events: readonly TranscriptEvent[]): boolean {
  return events.some(
    (event) => event.type === 'response.sent' && event.request === request && event.status >= 400,
  );
}
