import type { Exchange } from '../exchange.ts';
import { credentialsIn } from './redactor.ts';
import { createSecrets, matchSecrets, type RedactionOptions, type Secrets } from './redact-text.ts';
import { placesInStream, placesInText } from './strings-in.ts';

/** A secret that stands in a file. Nothing of the secret itself is told. */
export interface SecretPlace {
  /** The line it begins on, from 1. */
  readonly line: number;
  /** The name of the pattern it matches; `credential`: what a header held; `secret`: one that was registered. */
  readonly kind: string;
}

/**
 * Finds in a text what the redaction would have taken out: also JSON-escaped, and split over the deltas of a stream where
 * the text is one. `exchanges` are those the text holds, if it is a recording: the credentials in their headers are
 * secrets wherever they stand.
 */
export function scanText(
  text: string,
  exchanges: Iterable<Exchange> = [],
  options: RedactionOptions = {},
): SecretPlace[] {
  const secrets = createSecrets(options);
  for (const { request, response } of exchanges) {
    const headers = { ...response?.headers, ...request?.headers };
    for (const credential of credentialsIn(headers)) secrets.add(credential);
  }
  const places = [...placesInText(text), ...(/^data:/m.test(text) ? placesInStream(text) : [])];
  const lineOf = createLineCount(text);
  return matchSecrets(places, secrets).map(({ spans, secret, name }) => ({
    line: lineOf(spans[0]![0]),
    kind: secrets.literals.has(secret) ? kindOf(secret, secrets, options) : name,
  }));
}

/** A credential that matches a pattern is of that pattern's kind. */
function kindOf(secret: string, { patterns }: Secrets, { secrets }: RedactionOptions): string {
  if (secrets?.includes(secret)) return 'secret';
  const name = Object.keys(patterns).find((each) => secret.search(patterns[each]!) !== -1);
  return name ?? 'credential';
}

/** Says on which line an offset is. Offsets come in ascending order. */
function createLineCount(text: string): (offset: number) => number {
  let line = 1;
  let next = text.indexOf('\n');
  return (offset) => {
    for (; next !== -1 && next < offset; next = text.indexOf('\n', next + 1)) line++;
    return line;
  };
}
