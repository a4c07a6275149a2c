import * as z from 'zod';
import { transcriptOf } from '../cassette/transcript-of.ts';
import type { ShownFailure } from '../timeline/unmet.ts';
import { TranscriptEvent } from '../transcript/events.ts';
import { loadExchanges, readText } from './cassette-files.ts';
import { EXIT, UsageError } from './exit-codes.ts';

const Events = z.array(TranscriptEvent);
const Reference = z.object({ session: z.string(), id: z.string() });
/** What a timeline shows of a failure. */
const Failures = z.array(
  z.looseObject({
    message: z.string(),
    cell: Reference.optional(),
    deviations: z
      .array(
        z.looseObject({
          kind: z.string(),
          call: Reference.optional(),
          differences: z.array(z.looseObject({ path: z.string() })),
        }),
      )
      .optional(),
    expected: z.string().optional(),
  }),
);
/** What `callsheet run --json` prints. One fake that served all scenarios has one transcript. */
const Report = z.union([
  z.object({ scenarios: z.array(z.object({ failures: Failures })), transcript: Events }),
  z.object({
    scenarios: z.array(z.object({ name: z.string(), failures: Failures, transcript: Events })),
  }),
]);

/** A transcript, and what a scenario expected of it in vain. */
export interface LoadedTranscript {
  readonly transcript: readonly TranscriptEvent[];
  readonly failures: readonly ShownFailure[];
}

/**
 * The transcript of a cassette, a recording, or a file of JSON that holds one already. Sessions of different scenarios are
 * told apart by the scenario's name. Throws a `UsageError` when the file is none of these or cannot be read.
 */
export function loadTranscript(file: string): LoadedTranscript {
  const text = readText(file);
  const json = parseJson(text);
  if (isReport(json)) return ofReport(checked(Report, json, file));
  if (isTranscript(json)) return { transcript: checked(Events, json, file), failures: [] };
  return {
    transcript: transcriptOf(loadExchanges(file).exchanges, { history: true }),
    failures: [],
  };
}

function isReport(json: unknown): boolean {
  return typeof json === 'object' && json !== null && 'scenarios' in json;
}

function isTranscript(json: unknown): boolean {
  if (!Array.isArray(json)) return false;
  const first: unknown = json[0];
  return typeof first === 'object' && first !== null && 'session' in first && 'at' in first;
}

function ofReport(report: z.infer<typeof Report>): LoadedTranscript {
  const { scenarios } = report;
  if ('transcript' in report) {
    const failures = scenarios.flatMap((scenario) => scenario.failures);
    return { transcript: report.transcript, failures };
  }
  const loaded = report.scenarios.map(({ name, failures, transcript }) => {
    const inScenario = <T extends { session: string }>(thing: T): T =>
      scenarios.length === 1 ? thing : { ...thing, session: `${name} ${thing.session}`.trim() };
    return {
      transcript: transcript.map(inScenario),
      failures: failures.map((failure) => ({
        ...failure,
        message: scenarios.length === 1 ? failure.message : `${name}: ${failure.message}`,
        cell: failure.cell && inScenario(failure.cell),
        deviations: failure.deviations?.map((deviation) => ({
          ...deviation,
          call: deviation.call && inScenario(deviation.call),
        })),
      })),
    };
  });
  return {
    transcript: loaded.flatMap(({ transcript }) => transcript),
    failures: loaded.flatMap(({ failures }) => failures),
  };
}

function checked<T>(schema: z.ZodType<T>, json: unknown, file: string): T {
  const parsed = schema.safeParse(json);
  if (parsed.success) return parsed.data;
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
