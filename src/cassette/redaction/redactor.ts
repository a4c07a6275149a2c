import { readBodyText, readResponseBody, wireText } from '../body.ts';
import type {
  Exchange,
  Headers,
  RecordedBody,
  RecordedRequest,
  RecordedResponse,
} from '../exchange.ts';
import { moveChunks, type Pass } from './move-chunks.ts';
import {
  createSecrets,
  findSecrets,
  replaceAll,
  type RedactionOptions,
  type Secrets,
} from './redact-text.ts';
import { placeholdersIn } from './patterns.ts';
import { placesInJson, placesInStream, placesInText, type Place } from './strings-in.ts';
import { viewOf } from './view.ts';

/**
 * Puts placeholders such as `[redacted:email#1]` in the place of secrets: equal secrets get equal placeholders, numbered
 * in the order in which they came up, and nothing of a secret can be told from its placeholder.
 *
 * Secrets are found where they stand in headers, addresses and bodies: also JSON-escaped, however deep, and split over the
 * deltas of a stream. Not found: secrets in another encoding, such as base64, or split over blocks or messages.
 */
export interface Redactor {
  exchange(exchange: Exchange): Exchange;
  /** A request as `exchange` would redact it. */
  request(request: RecordedRequest): RecordedRequest;
  /** Takes note of the placeholders in what was redacted before, so that no other secret gets one of them. */
  reserve(text: string): void;
}

/** Headers that hold credentials. Their values are secrets wherever else they stand. */
const CREDENTIALS =
  /^(?:authorization|proxy-authorization|x-api-key|api-key|x-auth-token)$|(?<!^idempotency)-(?:secret|token|key)$/;
/** Headers that nobody needs again. */
const COOKIES = /^(?:set-)?cookie2?$/;
const SCHEME = /^(?:bearer|basic|token)\s+/i;
/** A shorter credential may be a word, such as `test`; it is replaced in its header alone. */
const SECRET_LENGTH = 12;
/** A pattern may match again what was left; it does not do so for ever. */
const MAX_PASSES = 10;

export function createRedactor(options: RedactionOptions = {}): Redactor {
  return createRedactorOf(createSecrets(options));
}

/** The same for secrets that are known to others, too. */
export function createRedactorOf(secrets: Secrets): Redactor {
  function request(recorded: RecordedRequest): RecordedRequest {
    const { method, origin, path, headers } = recorded;
    return {
      method,
      ...(origin !== undefined && { origin }),
      path: redactText(path, { placesIn: placesInText, secrets }).text,
      headers: redactHeaders(headers, secrets),
      ...redactBody(recorded, secrets).body,
    };
  }

  function response(recorded: RecordedResponse, isCut: boolean): RecordedResponse {
    const { status, headers, chunks } = recorded;
    const redacted = { status, headers: redactHeaders(headers, secrets) };
    const { body, passes } = redactBody(recorded, secrets, isCut);
    return { ...redacted, ...body, ...(chunks && { chunks: moveChunks(chunks, passes) }) };
  }

  return {
    request,
    reserve: (text) => secrets.reserve(text),
    exchange({ request: sent, response: received, ended, at }) {
      const message = ended?.message;
      return {
        ...(sent && { request: request(sent) }),
        ...(received && { response: response(received, ended !== undefined) }),
        ...(ended && {
          ended: {
            ...ended,
            ...(message !== undefined && { message: redactPlain(message, secrets) }),
          },
        }),
        ...(at !== undefined && { at }),
      };
    },
  };
}

interface Redaction {
  readonly placesIn: (text: string) => readonly Place[];
  readonly secrets: Secrets;
  /** Whether more was to come: then the text may end in the middle of a secret. Default: false. */
  readonly isCut?: boolean;
}

function redactText(
  whole: string,
  { placesIn, secrets, isCut = false }: Redaction,
): { readonly text: string; readonly passes: readonly Pass[] } {
  const passes: Pass[] = [];
  let text = whole;
  while (passes.length < MAX_PASSES) {
    const replacements = findSecrets(text, placesIn(text), secrets, { isCut });
    if (replacements.length === 0) break;
    passes.push({ source: text, replacements });
    text = replaceAll(text, replacements);
  }
  return { text, passes };
}

function redactPlain(text: string, secrets: Secrets): string {
  return redactText(text, { placesIn: placesInText, secrets }).text;
}

type Body = RecordedBody & Pick<RecordedResponse, 'stream'>;

function redactBody(
  recorded: Body,
  secrets: Secrets,
  isCut = false,
): { readonly body: Body; readonly passes: readonly Pass[] } {
  const { base64, stream, body, text } = recorded;
  if (base64 !== undefined) return redactBytes(base64, secrets, isCut);
  const placesIn = stream ? placesInStream : body === undefined ? placesInText : placesInJsonText;
  const { text: redacted, passes } = redactText(wireText(recorded), { placesIn, secrets, isCut });
  if (stream) return { body: readResponseBody(Buffer.from(redacted)), passes };
  const read = readBodyText(redacted);
  // A request's JSON is kept without its text.
  return { body: text === undefined && body !== undefined ? { body: read.body } : read, passes };
}

/** Each byte a character: enough to find secrets of ASCII in files. */
function redactBytes(
  base64: string,
  secrets: Secrets,
  isCut: boolean,
): { readonly body: Body; readonly passes: readonly Pass[] } {
  const bytes = Buffer.from(base64, 'base64').toString('latin1');
  const { text, passes } = redactText(bytes, { placesIn: placesInText, secrets, isCut });
  const encoded = passes.map((pass) => ({ ...pass, encoding: 'latin1' as const }));
  return { body: { base64: Buffer.from(text, 'latin1').toString('base64') }, passes: encoded };
}

function redactHeaders(headers: Headers, secrets: Secrets): Headers {
  const entries = Object.entries(headers).filter(([name]) => !COOKIES.test(name));
  return Object.fromEntries(
    entries.map(([name, value]) => {
      const redact = isCredential(name, value) ? redactCredential : redactPlain;
      return [name, redact(value, secrets)];
    }),
  );
}

/** The credentials in headers, without their schemes, that are long enough to be told from words. */
export function credentialsIn(headers: Headers): string[] {
  return Object.entries(headers)
    .filter(([name, value]) => isCredential(name, value))
    .map(([, value]) => value.slice(schemeOf(value).length))
    .filter(({ length }) => length >= SECRET_LENGTH);
}

function isCredential(name: string, value: string): boolean {
  return CREDENTIALS.test(name) && placeholdersIn(value).length === 0;
}

function schemeOf(value: string): string {
  return SCHEME.exec(value)?.[0] ?? '';
}

function redactCredential(value: string, secrets: Secrets): string {
  const scheme = schemeOf(value);
  const secret = value.slice(scheme.length);
  if (secret.length >= SECRET_LENGTH) secrets.add(secret);
  return scheme + secrets.placeholderOf(secret, 'credential');
}

function placesInJsonText(text: string): Place[] {
  return placesInJson(viewOf(text));
}
