import { isDeepStrictEqual } from 'node:util';
import { encodeEvent, messageToEvents } from '../../protocol/stream.ts';
import { isJsonObject, isWireMessage } from '../../protocol/wire-message.ts';
import { messageIn, readBodyText, readResponseBody } from '../body.ts';
import type { Exchange, RecordedRequest, RecordedResponse, RecordedStream } from '../exchange.ts';
import type { History } from './continuation.ts';
import { CassetteDocument, type RequestDocument, type ResponseDocument } from './document.ts';
import { mapStrings } from './map-strings.ts';
import { withIds } from './symbols.ts';

/**
 * The exchange a document stands for. Throws a `DocumentError` when it goes on from a message that is in no document
 * before it.
 */
export function decodeExchange(document: CassetteDocument, history: History): Exchange {
  const { request, response, ended, at } = CassetteDocument.parse(
    mapStrings(document, (text) => withIds(text, document.ids)),
  );
  return {
    ...(request && { request: toRequest(request, history) }),
    ...(response && { response: toResponse(response) }),
    ...(ended && { ended }),
    ...(at !== undefined && { at }),
  };
}

/** A document that says something it cannot say. */
export class DocumentError extends Error {
  override readonly name = 'DocumentError';
}

function toRequest(
  { url, continues, body, ...rest }: RequestDocument,
  history: History,
): RecordedRequest {
  const { origin, path } = splitUrl(url);
  const whole = continues === undefined ? body : restoreBody({ continues, body }, history);
  return {
    ...rest,
    ...(origin !== undefined && { origin }),
    path,
    ...(whole !== undefined && { body: whole }),
  };
}

function restoreBody(
  { continues, body }: { readonly continues: string; readonly body: unknown },
  history: History,
): unknown {
  const whole = history.restore({ continues, body: isJsonObject(body) ? body : {} });
  if (!whole) {
    throw new DocumentError(
      `it continues ${continues}, or names a message, that no exchange before it brought`,
    );
  }
  return whole;
}

function splitUrl(url: string): Pick<RecordedRequest, 'origin' | 'path'> {
  const [, origin, path = ''] = /^([a-z][a-z0-9+.-]*:\/\/[^/?]*)?(.*)$/is.exec(url) ?? [];
  return { origin, path };
}

function toResponse(document: ResponseDocument): RecordedResponse {
  const { status, headers, body, text, base64, stream: raw, chunks } = document;
  const common = { status, headers };
  const came = chunks && { chunks };
  if (raw !== undefined) {
    const { stream } = readResponseBody(new TextEncoder().encode(raw));
    if (!stream) throw new DocumentError('its `stream` is no stream of the Messages API');
    const kept = { ...common, stream, ...came };
    if (body === undefined || isDeepStrictEqual(messageIn(kept), body)) return kept;
    if (!isWireMessage(body)) throw new DocumentError('the `body` of its stream is no message');
    return { ...common, stream: streamAgain(body, stream) };
  }
  if (text !== undefined && body !== undefined) {
    const written = readBodyText(text);
    if (!isDeepStrictEqual(written.body, body)) return { ...common, body };
  }
  return {
    ...common,
    ...(body !== undefined && { body }),
    ...(text !== undefined && { text }),
    ...(base64 !== undefined && { base64 }),
    ...came,
  };
}

/** A message that somebody edited, streamed in the form in which it came. */
function streamAgain(
  message: Parameters<typeof messageToEvents>[0],
  { events }: RecordedStream,
): RecordedStream {
  const form = events.some(({ type }) => type === 'content_block_start') ? 'sampled' : 'resumed';
  const streamed = messageToEvents(message, { form });
  return { raw: streamed.map((event) => encodeEvent(event)).join(''), events: streamed };
}
