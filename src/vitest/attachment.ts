import type { TaskMeta } from 'vitest';
import * as z from 'zod';
import type { TranscriptEvent } from '../transcript/events.ts';

const Attachment = z.object({
  callsheet: z.object({ transcripts: z.array(z.array(z.unknown())) }),
});

/** Puts the transcripts of a failed test where reporters find them: `callsheet.transcripts` in the test's meta. */
export function attachTranscripts(meta: TaskMeta, transcripts: TranscriptEvent[][]): void {
  Object.assign(meta, { callsheet: { transcripts } } satisfies z.input<typeof Attachment>);
}

/** The transcripts attached to a test; none when it passed, or has no fake. */
export function attachedTranscripts(meta: TaskMeta): unknown[][] {
  const parsed = Attachment.safeParse(meta);
  return parsed.success ? parsed.data.callsheet.transcripts : [];
}
