import type { TranscriptEvent } from '../transcript/events.ts';

/** The events of each session of a transcript, in the order in which the sessions began. */
export function bySession(transcript: Iterable<TranscriptEvent>): Map<string, TranscriptEvent[]> {
  const sessions = new Map<string, TranscriptEvent[]>();
  for (const event of transcript) {
    const events = sessions.get(event.session);
    if (events) events.push(event);
    else sessions.set(event.session, [event]);
  }
  return sessions;
}
