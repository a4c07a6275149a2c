import * as z from 'zod';

/** The version of the format that is written. Older ones are read too (`migrate.ts`). */
export const CASSETTE_VERSION = 1;

const headers = z.record(z.string(), z.string());
const text = z
  .string()
  .optional()
  .describe('The body as text, where it is not compact JSON of `body`. An edited `body` wins.');
const base64 = z.string().optional().describe('The body, when it is no UTF-8.');

const RequestDocument = z
  .strictObject({
    method: z.string(),
    url: z.string().describe('With its origin, or the path alone where that was not kept.'),
    headers: headers.default({}),
    continues: z
      .string()
      .optional()
      .describe(
        'The message this request goes on from: its `body` has what the body of the request for that message has, ' +
          'overlaid with what `body` says here, and `messages` are more messages. ' +
          'Among them a text, such as `message#1`, is the message of that id, sent back as it came.',
      ),
    body: z.unknown().optional().describe('The body, when it is JSON.'),
    text,
    base64,
  })
  .describe('Absent where only responses were kept.');

const ResponseDocument = z
  .strictObject({
    status: z.int(),
    headers: headers.default({}),
    body: z
      .unknown()
      .optional()
      .describe('The body, when it is JSON; of a stream, the message its events add up to.'),
    text,
    base64,
    stream: z
      .string()
      .optional()
      .describe('The text of a stream of server-sent events. An edited `body` wins.'),
    chunks: z
      .array(z.tuple([z.number(), z.int()]))
      .optional()
      .describe('Pieces of the body: milliseconds since the request was sent, and bytes.'),
  })
  .describe('Absent when none came.');

/**
 * One exchange as it stands in a cassette.
 *
 * A cassette is a YAML file of such documents, each between a line `---` and a line `...`. It is written an exchange at a
 * time, a document with a single append: so a recording that is killed keeps every finished exchange, and several writers
 * do not get into each other's way. A document names the version and all the ids it uses, so that cassettes can be joined
 * with `cat`; only `continues` points elsewhere. Bodies are parsed, texts of several lines are blocks, and ids have short
 * names, so that a diff shows what changed. JSON Lines would be as safe to write, and unreadable; a folder of files would
 * be readable, and harder to move and to write whole.
 */
export const CassetteDocument = z
  .strictObject({
    cassette: z.literal(CASSETTE_VERSION).describe('The version of the format.'),
    request: RequestDocument.optional(),
    response: ResponseDocument.optional(),
    ended: z
      .strictObject({
        by: z.enum(['client', 'upstream']),
        error: z.string().optional(),
        message: z.string().optional(),
        at: z
          .number()
          .optional()
          .describe('When the client went away: milliseconds since the request was sent.'),
      })
      .optional()
      .describe('Who ended the exchange before its response had come whole.'),
    at: z.iso.datetime().optional().describe('When the request was sent.'),
    ids: z
      .record(z.string(), z.string())
      .default({})
      .describe(
        'The ids that stand behind the names in this document, such as `cell#2` (a cell) and `call#2.1` (its first call).',
      ),
  })
  .meta({ title: 'Cassette', description: 'One recorded HTTP exchange of a callsheet cassette.' });

export type CassetteDocument = z.infer<typeof CassetteDocument>;
export type RequestDocument = z.infer<typeof RequestDocument>;
export type ResponseDocument = z.infer<typeof ResponseDocument>;
