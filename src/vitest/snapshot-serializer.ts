import type { SnapshotSerializer } from 'vitest';
import { outline } from '../timeline/outline.ts';
import { isTranscript } from './received.ts';

/** Prints transcripts in snapshots as their outline: small, and the same as long as the same happens. */
export const transcriptSerializer: SnapshotSerializer = {
  test: isTranscript,
  serialize: (transcript: Parameters<typeof outline>[0]) => outline(transcript),
};
