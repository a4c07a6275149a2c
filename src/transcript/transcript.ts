import type { TranscriptEvent } from './events.ts';

/** What happened, in order: every session of one fake. It only ever grows. */
export interface Transcript extends Iterable<TranscriptEvent> {
  readonly events: readonly TranscriptEvent[];
  append(event: TranscriptEvent): void;
  /** The events as plain data, for `JSON.stringify`. */
  toJSON(): readonly TranscriptEvent[];
}

/** Makes a transcript, empty or holding events recorded earlier. */
export function createTranscript(recorded: Iterable<TranscriptEvent> = []): Transcript {
  const events: TranscriptEvent[] = [...recorded];
  return {
    events,
    append: (event) => {
      events.push(event);
    },
    toJSON: () => events,
    [Symbol.iterator]: () => events[Symbol.iterator](),
  };
}
