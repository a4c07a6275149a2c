import * as z from 'zod';
import { transcriptOf } from '../cassette/transcript-of.ts';
import { TranscriptEvent } from '../transcript/events.ts';
import { readText } from './cassette-files.ts';
import { EXIT, UsageError } from './exit-codes.ts';
import { loadExchanges } from './load-exchanges.ts';

const Events = z.array(TranscriptEvent);
/** What `callsheet run --json` prints. One fake that served all scenarios has one transcript. */
const Report = z.union([
  z.object({ scenarios: z.array(z.unknown()), transcript: Events }),
  z.object({ scenarios: z.array(z.object({ name: z.string(), transcript: Events })) }),
]);

/**
 * The transcript of a cassette, a recording, or a file of JSON that holds one already. Sessions of different scenarios are
 * told apart by the scenario's name. Throws a `UsageError` when the file is none of these or cannot be read.
 */
export function loadTranscript(file: string): readonly TranscriptEvent[] {
  const text = readText(file);
  const json = parseJson(text);
  if (isReport(json)) return checked(Report, json, file, eventsOf);
  if (isTranscript(json)) return checked(Events, json, file, (events) => events);
  return transcriptOf(loadExchanges(file).exchanges);
}

function isReport(json: unknown): boolean {
  return typeof json === 'object' && json !== null && 'scenarios' in json;
}

function isTranscript(json: unknown): boolean {
  if (!Array.isArray(json)) return false;
  const first: unknown = json[0];
  return typeof first === 'object' && first !== null && 'session' in first && 'at' in first;
}

function eventsOf(report: z.infer<typeof Report>): TranscriptEvent[] {
  if ('transcript' in report) return report.transcript;
  const isOne = report.scenarios.length === 1;
  return report.scenarios.flatMap(({ name, transcript }) =>
    transcript.map((event) =>
      isOne ? event : { ...event, session: `${name} ${event.session}`.trim() },
    ),
  );
}

function checked<T, Result>(
  schema: z.ZodType<T>,
  json: unknown,
  file: string,
  read: (value: T) => Result,
): Result {
  const parsed = schema.safeParse(json);
  if (parsed.success) return read(parsed.data);
  const [issue] = parsed.error.issues;
  const place = issue && issue.path.length > 0 ? ` at ${issue.path.join('.')}` : '';
  throw new UsageError(`${file}: no transcript: ${issue?.message}${place}`, EXIT.unknown);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
