/** What the event sequences of real streams were, held against what the fake sends for the same messages. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { readRecording } from '../../src/cassette/import/read-recording.ts';
import { eventsToMessage, messageToEvents, type WireEvent } from '../../src/protocol/stream.ts';

const RECORDINGS = new URL('../../../shared/recordings/', import.meta.url);

function recordedStreams(): { file: string; events: readonly WireEvent[] }[] {
  const files = readdirSync(RECORDINGS, { recursive: true, encoding: 'utf8' });
  return files
    .filter((file) => /\.(?:ya?ml|txt)$/.test(file))
    .flatMap((file) =>
      readRecording(
        readFileSync(new URL(encodeURIComponent(file).replaceAll('%2F', '/'), RECORDINGS), 'utf8'),
        {
          file,
        },
      ).exchanges.flatMap(({ response: { stream } }) =>
        stream ? [{ file, events: stream.events }] : [],
      ),
    );
}

/** A stream without what sampling decides: pings, the cut into deltas, the counters of the start. */
function sequence(events: readonly WireEvent[]): unknown[] {
  const shapes = events.flatMap((event): unknown[] => {
    if (event.type === 'ping') return [];
    if (event.type === 'content_block_delta') {
      return [{ ...event, delta: (event['delta'] as WireEvent).type }];
    }
    if (event.type !== 'message_start') return [event];
    const { usage, ...message } = event['message'] as { usage: object };
    return [{ ...event, message: { ...message, usage: Object.keys(usage) } }];
  });
  const texts = shapes.map((shape) => JSON.stringify(shape));
  return texts.filter((text, i) => text !== texts[i - 1]);
}

test('a recorded message is streamed in the recorded events: same order, same fields, same place [stream.sampled] [stream.resumed]', (context) => {
  if (!existsSync(RECORDINGS)) context.skip('the recordings are not here');
  const streams = recordedStreams();
  expect(streams.length).toBeGreaterThan(0);
  for (const { file, events } of streams) {
    // A resumed pause has no block events at all.
    const form = events.some(({ type }) => type === 'message_delta') ? 'sampled' : 'resumed';
    const again = messageToEvents(eventsToMessage(events), { form });
    expect(sequence(again), file).toEqual(sequence(events));
  }
});
