import type { WireEvent } from '../protocol/stream-events.ts';

/** One HTTP exchange, as it crossed the wire. Content encodings are undone; nothing else is changed. */
export interface Exchange {
  /** Absent where only responses were kept. */
  readonly request?: RecordedRequest | undefined;
  /** Absent when none came. */
  readonly response?: RecordedResponse | undefined;
  /** Who ended the exchange before its response had come whole. */
  readonly ended?: Ended | undefined;
  /** When the request was sent: RFC 3339 in UTC. */
  readonly at?: string | undefined;
}

/** An exchange whose response came, at least its status. */
export interface AnsweredExchange extends Exchange {
  readonly response: RecordedResponse;
}

/** `client`: it went away. `upstream`: it could not be reached, or broke off; `error` says how. */
export interface Ended {
  readonly by: 'client' | 'upstream';
  /** The code of the system's error, such as `ECONNRESET`, or the name of the error that has none. */
  readonly error?: string | undefined;
  readonly message?: string | undefined;
  /** When the client went away: milliseconds since the request was sent. */
  readonly at?: number | undefined;
}

/** Header names are lower case; a header that came more than once has its values joined by commas. */
export type Headers = Readonly<Record<string, string>>;

/** A body of an exchange. One that is empty has none of the fields. */
export interface RecordedBody {
  /** The body, when it is JSON. */
  readonly body?: unknown;
  /** The body as text, where that is not what `JSON.stringify` makes of `body`. */
  readonly text?: string | undefined;
  /** The body, when it is no UTF-8. */
  readonly base64?: string | undefined;
}

export interface RecordedRequest extends RecordedBody {
  readonly method: string;
  /** Such as `https://api.anthropic.com`; absent where it was not kept. */
  readonly origin?: string | undefined;
  /** Path and query, such as `/v1/messages?beta=true`. */
  readonly path: string;
  readonly headers: Headers;
}

export interface RecordedResponse extends RecordedBody {
  /** Where only a body was kept: 200, or the status of the error's type. */
  readonly status: number;
  readonly headers: Headers;
  /** The body, when it is a stream of server-sent events of the Messages API; `body` and `text` are absent then. */
  readonly stream?: RecordedStream | undefined;
  /** In which pieces the body came. Absent where that was not kept. */
  readonly chunks?: readonly Chunk[] | undefined;
}

export interface RecordedStream {
  /** The text of the stream. Where only the events' data was kept it is framed as the API frames it. */
  readonly raw: string;
  /** The events in it that are whole. */
  readonly events: readonly WireEvent[];
}

/** A piece of a body: when it came, in milliseconds since the request was sent, and how many bytes it had. */
export type Chunk = readonly [at: number, bytes: number];
