import { isJsonObject } from '../../protocol/wire-message.ts';
import { readEventData, readEventStreams } from './event-stream.ts';
import { isPieces } from './body.ts';
import { isHar, readHar } from './har.ts';
import { readHttpMessage } from './http-message.ts';
import { readBodies, readExchanges } from './json-recording.ts';
import { isNock, readNock } from './nock.ts';
import { isNotebook, outputsOf } from './notebook.ts';
import { parseYaml } from './parse-yaml.ts';
import type { RecordedStream } from '../exchange.ts';
import { broken, RecordingError, type Recording, type RecordingFormat } from './recording.ts';
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
  // A recorder that was killed left part of a line: a stream is cut there, and an exchange is lost.
  const isCut = values.length > 1 && values.at(-1) === undefined && !text.endsWith('\n');
  const whole = isCut ? values.slice(0, -1) : values;
  const streamed = readEventData(whole, lines);
  if (streamed) return ofStreams('event-lines', streamed);
  const json = parseJson(text);
  if (json !== undefined) return recogniseJson(json);
  // One JSON value a line says the same as a list of them.
  if (whole.length > 0 && whole.every(isJsonObject)) {
    const recording = recogniseJson(whole);
    if (isCut) throw broken(`line ${lines.length} is cut`);
    return recording;
  }
  const answered = readHttpMessage(text);
  if (answered) return { format: 'http', exchanges: answered };
  const sent = readEventStreams(text);
  if (sent) return ofStreams('sse', sent);
  const documents = parseYaml(text);
  if (isWhenThen(documents)) return { format: 'when-then', exchanges: readWhenThen(documents) };
  const [document] = documents;
  if (isVcr(document)) return { format: 'vcr', exchanges: readVcr(document) };
  if (/^\s*[{[]/.test(text)) throw unknownFormat(`it begins as JSON: ${jsonProblem(text)}`);
  throw unknownFormat(
    'it is none of VCR YAML, httpmock YAML (when/then), HAR, JSON, server-sent events and lines of event data',
  );
}

function recogniseJson(json: unknown): Recording {
  if (isVcr(json)) return { format: 'vcr', exchanges: readVcr(json) };
  if (isHar(json)) return { format: 'har', exchanges: readHar(json) };
  if (isNock(json)) return { format: 'nock', exchanges: readNock(json) };
  if (isNotebook(json)) return recogniseNotebook(json);
  if (isPieces(json)) return recognise(json.join(''));
  const exchanges = readExchanges(json);
  if (exchanges) return { format: 'exchanges', exchanges };
  const bodies = readBodies(json);
  if (bodies) return { format: 'body', exchanges: bodies };
  throw unknownFormat('its JSON holds neither requests with their responses nor response bodies');
}

/** What the cells of a notebook printed may be recordings, each of its own. */
function recogniseNotebook(notebook: Record<string, unknown>): Recording {
  const exchanges = outputsOf(notebook).flatMap((text) => {
    try {
      return recognise(text).exchanges;
    } catch (error) {
      if (error instanceof RecordingError) return [];
      throw error;
    }
  });
  if (exchanges.length === 0) throw unknownFormat('it is a notebook without a recording');
  return { format: 'notebook', exchanges };
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

function jsonProblem(text: string): string {
  try {
    JSON.parse(text);
    return '';
  } catch (error) {
    return String(error instanceof Error ? error.message : error);
  }
}

function unknownFormat(reason: string): RecordingError {
  return new RecordingError('format.unknown', reason);
}
