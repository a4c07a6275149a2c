/** A request as the fake reads it, whatever brought it. */
export interface ApiRequest {
  readonly method: string;
  /** Path and query, such as `/v1/models?limit=2`. */
  readonly target: string;
  /** The value of a header, its name in lower case. */
  header(name: string): string | undefined;
  text(): Promise<string>;
  /** The body as it is, for forms with files in them. */
  bytes(): Promise<Uint8Array>;
}

/** A response as the fake makes it, whatever takes it away. */
export interface ApiResponse {
  readonly status: number;
  readonly headers: ResponseHeaders;
  /** A whole body, or the chunks of a stream: texts that may be sent together, or bytes that come one by one. */
  readonly body: string | readonly string[] | readonly Uint8Array[];
  /** The connection ends there instead: before anything of the response has come, or after its body. Default: it does not. */
  readonly breaks?: 'before' | 'within' | undefined;
  /** To be called when the client does not get all of it: the same request sent again is a retry then. */
  readonly lost?: (() => void) | undefined;
  /** When it is to reach the client, on the master clock. Default: at once. */
  readonly due?: number | undefined;
  /** When its first byte is to reach the client, if it comes bit by bit until it is due. Default: when it is due. */
  readonly begins?: number | undefined;
  /** Resolves when a chunk, counted from 0, may go. Default: each goes at once. */
  readonly pace?: ((chunk: number) => Promise<void>) | undefined;
}

/** Headers of a response, by their names in lower case. */
export type ResponseHeaders = Readonly<Record<string, string>>;

/** Answers requests. It never rejects. */
export type Handle = (request: ApiRequest) => Promise<ApiResponse>;
