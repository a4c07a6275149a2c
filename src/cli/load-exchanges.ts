import { readRecording } from '../cassette/import/read-recording.ts';
import { RecordingError } from '../cassette/import/recording.ts';
import type { Exchange } from '../cassette/exchange.ts';
import { loadCassette, readText } from './cassette-files.ts';
import { EXIT, UsageError } from './exit-codes.ts';

/** What a cassette or a recording of another tool holds, and what it is. */
export interface LoadedExchanges {
  readonly format: string;
  readonly exchanges: readonly Exchange[];
}

/** The exchanges of a cassette or a recording. Throws a `UsageError` when the file is neither or cannot be read. */
export function loadExchanges(file: string): LoadedExchanges {
  const text = readText(file);
  if (/^cassette:/m.test(text)) {
    return { format: 'cassette', exchanges: loadCassette(file).exchanges };
  }
  try {
    return readRecording(text, { file });
  } catch (error) {
    if (!(error instanceof RecordingError)) throw error;
    throw new UsageError(`${file}: ${error.reason}`, EXIT.unknown);
  }
}
