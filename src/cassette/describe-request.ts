import type { Fetch } from '../protocol/fetch.ts';
import { readRequestBody } from './body.ts';
import type { RecordedRequest } from './exchange.ts';
import { recordedHeaders } from './recorded-headers.ts';

export interface DuplicateRequest {
  /** The request, to read it. */
  readonly copy: Request;
  /** The request, to send it: as it was given, unless its body can be read but once. */
  readonly pass: Parameters<Fetch>;
  readonly signal: AbortSignal | undefined;
}

/** Makes a second request out of what `fetch` was called with. */
export function duplicateRequest(
  input: string | URL | Request,
  init: RequestInit = {},
): DuplicateRequest {
  const { signal, ...described } = init;
  if (input instanceof Request) {
    const clone = input.clone();
    const copy = Object.keys(init).length === 0 ? clone : new Request(clone, init);
    return { copy, pass: [input, init], signal: signal ?? input.signal };
  }
  const { body } = init;
  const isWhole = body === undefined || body === null || typeof body === 'string';
  if (isWhole || body instanceof Uint8Array || body instanceof ArrayBuffer) {
    return {
      copy: new Request(input, described),
      pass: [input, init],
      signal: signal ?? undefined,
    };
  }
  const request = new Request(input, { ...init, ...(isStream(body) && { duplex: 'half' }) });
  return { copy: request.clone(), pass: [request], signal: request.signal };
}

function isStream(body: unknown): boolean {
  return (
    body instanceof ReadableStream ||
    (typeof body === 'object' && body !== null && Symbol.asyncIterator in body)
  );
}

/** A request as it is recorded. */
export async function describeRequest(request: Request): Promise<RecordedRequest> {
  const { origin, pathname, search } = new URL(request.url);
  // An upload that was broken off has no body to speak of.
  const body = await request.arrayBuffer().catch(() => new ArrayBuffer());
  return {
    method: request.method,
    origin,
    path: pathname + search,
    headers: recordedHeaders(request.headers),
    ...readRequestBody(new Uint8Array(body)),
  };
}
