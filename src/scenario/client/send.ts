import type { JsonObject } from '../../protocol/json-object.ts';
import type { Message } from '../../protocol/message.ts';

/** Sends the body of `POST /v1/messages`. Throws when the answer is not a message. */
export type Send = (body: JsonObject) => Promise<Message>;

/** A request was answered with an error. */
class RequestError extends Error {
  override readonly name: string = 'RequestError';
  readonly code = 'request.refused';
  readonly status: number;

  constructor(status: number, body: string) {
    super(`POST /v1/messages was answered with status ${status}: ${body}`);
    this.status = status;
  }
}

/** Sends with nothing but `fetch`. */
export function sendByFetch(fetch: typeof globalThis.fetch): Send {
  return async (body) => {
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
    if (!response.ok) throw new RequestError(response.status, text);
    const message: Message = JSON.parse(text);
    return message;
  };
}
