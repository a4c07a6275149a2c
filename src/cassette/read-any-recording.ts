import { readRecording } from './import/read-recording.ts';
import { readRequests } from './import/requests.ts';
import { RecordingError, type RecordingFormat } from './import/recording.ts';
import type { Exchange } from './exchange.ts';
import { readCassette, type ReadCassetteOptions } from './read-cassette.ts';

/** What a text holds that is a cassette or a recording of another tool. */
export interface AnyRecording {
  /** `requests`: JSON, requests that were kept without their responses. */
  readonly format: RecordingFormat | 'cassette' | 'requests';
  readonly exchanges: readonly Exchange[];
}

/**
 * Reads a cassette, a recording of another tool, or else requests that were kept alone. Throws a `CassetteError` or a
 * `RecordingError` for anything else.
 */
export function readAnyRecording(text: string, options: ReadCassetteOptions = {}): AnyRecording {
  if (/^cassette:/m.test(text)) {
    return { format: 'cassette', exchanges: readCassette(text, options).exchanges };
  }
  try {
    return readRecording(text, options);
  } catch (error) {
    if (!(error instanceof RecordingError) || error.code !== 'format.unknown') throw error;
    const requests = readRequests(text);
    if (!requests) throw error;
    return { format: 'requests', exchanges: requests };
  }
}
