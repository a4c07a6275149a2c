import type { JsonObject } from '../../protocol/json-object.ts';
import type { Message } from '../../protocol/message.ts';

/** Sends the body of `POST /v1/messages`. Throws when the answer is not a message. */
export type Send = (body: JsonObject) => Promise<Message>;

/** A request was answered with an error. */
class RequestError extends Error {
  override readonly name: string = 'RequestError';
  readonly code = 'request.refused';
  readonly status: number;
  /** Milliseconds to wait before it is sent again; absent when that is no use. */
  readonly retryAfter: number | undefined;

  constructor(status: number, body: string, retryAfter: number | undefined) {
    super(`POST /v1/messages was answered with status ${status}: ${body}`);
    this.status = status;
    this.retryAfter = retryAfter;
  }
}

/** How often a request is sent at most. */
const ATTEMPTS = 4;

/**
 * Sends with nothing but `fetch`. A request that got no whole answer, or an error that is not the request's fault, is sent
 * again, as soon as the API says.
 */
export function sendByFetch(fetch: typeof globalThis.fetch): Send {
  return async (body) => {
    for (let attempt = 1; ; attempt++) {
      try {
        return await sendOnce(fetch, body);
      } catch (error) {
        const refusal = error instanceof RequestError ? error : undefined;
        if (attempt === ATTEMPTS || (refusal && refusal.retryAfter === undefined)) throw error;
        await wait(refusal?.retryAfter ?? 0);
      }
    }
  };
}

async function sendOnce(fetch: typeof globalThis.fetch, body: JsonObject): Promise<Message> {
  const response = await fetch('https://api.anthropic.com/v1/messages', {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'anthropic-version': '2023-06-01',
      'x-api-key': 'test',
    },
    body: JSON.stringify(body),
  });
  const text = await response.text();
  if (!response.ok) {
    throw new RequestError(response.status, text, retryAfterOf(response));
  }
  const message: Message = JSON.parse(text);
  return message;
}

function retryAfterOf({ headers }: Response): number | undefined {
  if (headers.get('x-should-retry') !== 'true') return undefined;
  return Number(headers.get('retry-after-ms') ?? 0);
}

async function wait(milliseconds: number): Promise<void> {
  if (milliseconds <= 0) return;
  await new Promise<void>((resolve) => {
    setTimeout(resolve, milliseconds);
  });
}
