import { messageIn } from '../body.ts';
import type { Exchange } from '../exchange.ts';
import { createRedactorOf, credentialsIn } from './redactor.ts';
import { createSecrets, matchSecrets, type RedactionOptions, type Secrets } from './redact-text.ts';
import { placesInStream, placesInText } from './strings-in.ts';

/** A secret that stands in a file. Nothing of the secret itself is told. */
export interface SecretPlace {
  /** The line it begins on, from 1; of one that stands nowhere in one piece the line of the message it is in, or 1. */
  readonly line: number;
  /** The name of the pattern it matches; `credential`: what a header held; `secret`: one that was registered. */
  readonly kind: string;
}

/**
 * Finds in a text what the redaction would have taken out: also JSON-escaped, and split over the deltas of a stream.
 * `exchanges` are those the text holds, if it is a recording: the credentials in their headers are secrets wherever they
 * stand, and secrets are found in them however the recording writes them.
 */
export function scanText(
  text: string,
  exchanges: Iterable<Exchange> = [],
  options: RedactionOptions = {},
): SecretPlace[] {
  const recorded = [...exchanges];
  const secrets = createSecrets(options);
  for (const { request, response } of recorded) {
    const headers = { ...response?.headers, ...request?.headers };
    for (const credential of credentialsIn(headers)) secrets.add(credential);
  }
  const places = [...placesInText(text), ...(/^data:/m.test(text) ? placesInStream(text) : [])];
  const matches = matchSecrets(places, secrets);
  const shown = new Set(matches.map(({ secret }) => secret));
  const hidden = recorded.flatMap((exchange) => hiddenIn(exchange, secrets, shown, text));
  const found = [
    ...matches.map(({ spans, secret, name }) => ({ offset: spans[0]![0], secret, name })),
    ...hidden,
  ].toSorted((a, b) => a.offset - b.offset);
  const lineOf = createLineCount(text);
  return found.map(({ offset, secret, name }) => ({
    line: lineOf(offset),
    kind: secrets.literals.has(secret) ? kindOf(secret, secrets, options) : name,
  }));
}

interface Found {
  readonly offset: number;
  readonly secret: string;
  readonly name: string;
}

/** The secrets of an exchange that the text shows nowhere in one piece: what is in deltas, in a text in a text. */
function hiddenIn(exchange: Exchange, secrets: Secrets, shown: Set<string>, text: string): Found[] {
  const found: Found[] = [];
  const id = exchange.response && messageIn(exchange.response)?.id;
  const offset = Math.max(0, id === undefined ? 0 : text.indexOf(id));
  const redactor = createRedactorOf({
    ...secrets,
    placeholderOf(secret, name) {
      const isWord = name === 'credential' && !secrets.literals.has(secret);
      if (!shown.has(secret) && !isWord) found.push({ offset, secret, name });
      shown.add(secret);
      return secrets.placeholderOf(secret, name);
    },
  });
  redactor.exchange(exchange);
  return found;
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
