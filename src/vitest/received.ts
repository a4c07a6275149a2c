import type { TranscriptEvent } from '../transcript/events.ts';

/** Whether a value is a transcript. */
export function isTranscript(value: unknown): value is Iterable<TranscriptEvent> {
  return isObject(value) && 'events' in value && 'append' in value && Symbol.iterator in value;
}

/** The events of what a matcher received: a transcript, a fake, or a list of events. Throws a `TypeError` otherwise. */
export function eventsOf(received: unknown, matcher: string): TranscriptEvent[] {
  const value = isObject(received) && 'transcript' in received ? received.transcript : received;
  if (isTranscript(value)) return [...value];
  if (isEventList(value)) return [...value];
  throw new TypeError(
    `${matcher} expects a transcript, such as \`api.transcript\`, but received ${describe(received)}.`,
  );
}

function isEventList(value: unknown): value is readonly TranscriptEvent[] {
  return (
    Array.isArray(value) && value.every((each) => isObject(each) && 'type' in each && 'at' in each)
  );
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

function describe(value: unknown): string {
  if (value instanceof Promise) return 'a promise: await it, or use `.resolves`';
  return Array.isArray(value) ? 'an array of something else' : `a value of type ${typeof value}`;
}
