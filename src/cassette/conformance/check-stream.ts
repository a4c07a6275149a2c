import { accumulate, type Accumulated } from '../../protocol/accumulate.ts';
import { StreamError } from '../../protocol/stream-error.ts';
import type { RecordedStream } from '../exchange.ts';
import { checkMessage, problems } from './check-body.ts';
import { compareJson } from './compare-json.ts';
import { disagreement, type Disagreement } from './disagreement.ts';

/** What a client makes of the text of a stream: its message, or the body of the error it was told. */
export type ReadStream = (text: string) => Promise<{ message: unknown } | { error: unknown }>;

export interface StreamReport {
  readonly disagreements: readonly Disagreement[];
  /** What is remarkable and no disagreement, such as a cut stream. */
  readonly notes: readonly string[];
}

/**
 * Whether a recorded stream adds up, to the same message as in the SDK, and whether streaming that message again loses
 * nothing of it. The SDK may know less: what it drops of the wire is a note.
 */
export async function checkStream(
  stream: RecordedStream,
  readBySdk: ReadStream,
): Promise<StreamReport> {
  let ours: Accumulated;
  try {
    ours = accumulate(stream.events);
  } catch (error) {
    if (!(error instanceof StreamError)) throw error;
    return { disagreements: [of(error.message)], notes: [] };
  }
  const unread = ours.unread.map((event) => of(`of an unknown type: ${JSON.stringify(event)}`));
  const bySdk = await readBySdk(withEnd(stream.raw));
  const { disagreements, notes } = compareWithSdk(ours, bySdk);
  const whole = ours.state === 'complete' ? ours.message : undefined;
  return {
    disagreements: [
      ...unread,
      ...disagreements,
      ...(whole ? [...problems(whole), ...checkMessage(whole)] : []),
    ],
    notes: [...notes, ...ours.truncated.map(({ index }) => `the input of block ${index} was cut`)],
  };
}

function compareWithSdk(
  ours: Accumulated,
  bySdk: { message: unknown } | { error: unknown },
): StreamReport {
  const names = ['callsheet', 'the SDK'] as const;
  if (ours.state === 'failed') {
    const notes = [`the stream ends with an error: ${String(ours.error['type'])}`];
    if ('message' in bySdk) return { disagreements: [of('the SDK took no notice of it')], notes };
    const different = compareJson({ error: ours.error }, { error: errorOf(bySdk.error) });
    return { disagreements: different.map((each) => disagreement('stream', each, names)), notes };
  }
  const cut = ours.state === 'cut' ? ['the stream is cut before message_stop'] : [];
  if ('error' in bySdk) {
    // The SDK refuses a cut stream, as we do.
    if (ours.state === 'cut') return { disagreements: [], notes: cut };
    return { disagreements: [of(`the SDK refuses it: ${String(bySdk.error)}`)], notes: [] };
  }
  const different = compareJson(ours.message, bySdk.message);
  const dropped = different.filter(({ right }) => right === undefined);
  const notes = dropped.map(({ path }) => `the SDK drops ${path}`);
  return {
    disagreements: different
      .filter(({ right }) => right !== undefined)
      .map((each) => disagreement('stream', each, names)),
    notes: [...cut, ...notes],
  };
}

/** The `error` of an error event's data. */
function errorOf(data: unknown): unknown {
  return typeof data === 'object' && data !== null && 'error' in data ? data.error : data;
}

/** Recordings lose the blank line behind their last event; without it no client takes that event. */
function withEnd(raw: string): string {
  return `${raw.replace(/[\r\n]+$/, '')}\n\n`;
}

function of(message: string): Disagreement {
  return { check: 'stream', path: '', message };
}
