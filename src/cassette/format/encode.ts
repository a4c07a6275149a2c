import { isDeepStrictEqual } from 'node:util';
import { messageIn } from '../body.ts';
import type { Exchange, RecordedRequest, RecordedResponse } from '../exchange.ts';
import { createHistory, type History } from './continuation.ts';
import { decodeExchange } from './decode.ts';
import {
  CASSETTE_VERSION,
  CassetteDocument,
  type RequestDocument,
  type ResponseDocument,
} from './document.ts';
import { mapStrings } from './map-strings.ts';
import { createSymbolSource, withSymbols, type Symbols } from './symbols.ts';

/** Makes the documents of a cassette, one exchange after the other. */
export interface CassetteEncoder {
  encode(exchange: Exchange): CassetteDocument;
  /** Takes note of an exchange that is in the file already. */
  adopt(exchange: Exchange, document: CassetteDocument): void;
}

export function createCassetteEncoder(): CassetteEncoder {
  const symbols = createSymbolSource();
  const history = createHistory();
  return {
    encode({ request, response, ended, at }) {
      // The place that an exchange of another cassette has there is no part of it.
      const exchange: Exchange = {
        ...(request && { request }),
        ...(response && { response }),
        ...(ended && { ended }),
        ...(at !== undefined && { at }),
      };
      const named = symbols.nameIds(exchange);
      const attempts = [
        () => toDocument(exchange, { history, symbols: named }),
        // A text that looks like a name would be taken for one.
        () => toDocument(exchange, { history, symbols: new Map() }),
        () => toDocument(exchange, { history: createHistory(), symbols: new Map() }),
      ];
      const document = attempts
        .map((attempt) => attempt())
        .find((each) => isDeepStrictEqual(decodeExchange(each, history), exchange));
      if (!document) throw new Error('An exchange cannot be written as it is.');
      history.add(exchange);
      return document;
    },
    adopt(exchange, document) {
      symbols.adopt(document.ids);
      history.add(exchange);
    },
  };
}

interface Naming {
  readonly history: History;
  readonly symbols: Symbols;
}

function toDocument(
  { request, response, ended, at }: Exchange,
  { history, symbols }: Naming,
): CassetteDocument {
  const document = {
    cassette: CASSETTE_VERSION,
    ...(request && { request: requestDocument(request, history) }),
    ...(response && { response: responseDocument(response) }),
    ...(ended && { ended }),
    ...(at !== undefined && { at }),
  };
  const used = new Map<string, string>();
  const named = mapStrings(document, (text) => withSymbols(text, symbols, used));
  return { ...CassetteDocument.parse(named), ids: Object.fromEntries(used) };
}

function requestDocument(
  { method, origin = '', path, headers, body: whole, text, base64 }: RecordedRequest,
  history: History,
): RequestDocument {
  const { continues, body } = history.shorten(whole) ?? { body: whole };
  return {
    method,
    url: origin + path,
    headers,
    ...(continues !== undefined && { continues }),
    ...(body !== undefined && { body }),
    ...(text !== undefined && { text }),
    ...(base64 !== undefined && { base64 }),
  };
}

/** A stream is shown as the message it adds up to, and kept as it came. */
function responseDocument(response: RecordedResponse): ResponseDocument {
  const { status, headers, body, text, base64, stream, chunks } = response;
  const shown = stream ? messageIn(response) : body;
  return {
    status,
    headers,
    ...(shown !== undefined && { body: shown }),
    ...(text !== undefined && { text }),
    ...(base64 !== undefined && { base64 }),
    ...(stream && { stream: stream.raw }),
    ...(chunks && { chunks: chunks.map(([at, bytes]): [number, number] => [at, bytes]) }),
  };
}
