import { readRecording } from './import/read-recording.ts';
import type { RecordingFormat } from './import/recording.ts';
import type { Exchange } from './exchange.ts';
import { readCassette, type ReadCassetteOptions } from './read-cassette.ts';

/** What a text holds that is a cassette or a recording of another tool. */
export interface AnyRecording {
  readonly format: RecordingFormat | 'cassette';
  readonly exchanges: readonly Exchange[];
}

/** Reads a cassette, or else a recording of another tool. Throws a `CassetteError` or a `RecordingError` for anything else. */
export function readAnyRecording(text: string, options: ReadCassetteOptions = {}): AnyRecording {
  return /^cassette:/m.test(text)
    ? { format: 'cassette', exchanges: readCassette(text, options).exchanges }
    : readRecording(text, options);
}
