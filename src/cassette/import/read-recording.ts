import { isJsonObject } from '../../protocol/wire-message.ts';
import { readEventData, readEventStreams } from './event-stream.ts';
import { isHar, readHar } from './har.ts';
import { readBodies, readExchanges } from './json-recording.ts';
import { parseYaml } from './parse-yaml.ts';
import type { RecordedStream } from '../exchange.ts';
import { RecordingError, type Recording, type RecordingFormat } from './recording.ts';
import { isVcr, readVcr } from './vcr.ts';
import { isWhenThen, readWhenThen } from './when-then.ts';

export interface ReadRecordingOptions {
  /** Name of the file, for error messages. The format is told by the content alone. */
  readonly file?: string | undefined;
}

/**
 * Reads a recording of HTTP exchanges with the Messages API, whatever format it was kept in. Throws a `RecordingError`
 * whose code says whether the text is in no format known or is broken.
 */
export function readRecording(text: string, options: ReadRecordingOptions = {}): Recording {
  const { file } = options;
  try {
    return recognise(text.replace(/^\uFEFF/, ''));
  } catch (error) {
    if (!(error instanceof RecordingError)) throw error;
    throw new RecordingError(error.code, error.reason, { file, cause: error.cause });
  }
}

function recognise(text: string): Recording {
  if (text.trim() === '') throw unknownFormat('it is empty');
  if (text.includes('\0')) throw unknownFormat('it is not text');
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== '');
  // Parsing every line of a long YAML text would cost more than reading it.
  const values = lines[0]?.startsWith('{') ? lines.map(parseJson) : [];
  const streamed = readEventData(values, lines);
  if (streamed) return ofStreams('event-lines', streamed);
  const json = parseJson(text);
  if (json !== undefined) return recogniseJson(json);
  // One JSON value a line says the same as a list of them.
  if (values.length > 0 && values.every(isJsonObject)) return recogniseJson(values);
  const sent = readEventStreams(text);
  if (sent) return ofStreams('sse', sent);
  const documents = parseYaml(text);
  if (isWhenThen(documents)) return { format: 'when-then', exchanges: readWhenThen(documents) };
  const [document] = documents;
  if (isVcr(document)) return { format: 'vcr', exchanges: readVcr(document) };
  throw unknownFormat(
    'it is none of VCR YAML, httpmock YAML (when/then), HAR, JSON, server-sent events and lines of event data',
  );
}

function recogniseJson(json: unknown): Recording {
  if (isVcr(json)) return { format: 'vcr', exchanges: readVcr(json) };
  if (isHar(json)) return { format: 'har', exchanges: readHar(json) };
  const exchanges = readExchanges(json);
  if (exchanges) return { format: 'exchanges', exchanges };
  const bodies = readBodies(json);
  if (bodies) return { format: 'body', exchanges: bodies };
  throw unknownFormat('its JSON holds neither requests with their responses nor response bodies');
}

function ofStreams(format: RecordingFormat, streams: readonly RecordedStream[]): Recording {
  const exchanges = streams.map((stream) => ({ response: { status: 200, headers: {}, stream } }));
  return { format, exchanges };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function unknownFormat(reason: string): RecordingError {
  return new RecordingError('format.unknown', reason);
}
