import type { RuleId } from './requirements.ts';

/** HTTP status of each error type the Messages API uses. */
const STATUS_BY_TYPE = {
  invalid_request_error: 400,
  authentication_error: 401,
  not_found_error: 404,
  request_too_large: 413,
  rate_limit_error: 429,
  api_error: 500,
  timeout_error: 504,
  overloaded_error: 529,
} as const;
export type ApiErrorType = keyof typeof STATUS_BY_TYPE;

/** The body of an error response. */
export interface ApiErrorBody {
  readonly type: 'error';
  readonly error: {
    readonly type: ApiErrorType;
    readonly message: string;
    /** Some errors, newer ones, say more for programs. */
    readonly details?: ErrorDetails | undefined;
  };
  readonly request_id: string;
}

export interface ErrorDetails {
  readonly error_code:
    | 'file_not_downloadable'
    | 'thread_already_continued'
    | 'thread_continue_in_flight'
    | 'thread_fingerprint_mismatch'
    | 'thread_not_found'
    | 'thread_unsupported_request';
  /** With `thread_unsupported_request`: the fields that threads do not support. */
  readonly unsupported?: readonly string[] | undefined;
}

/** The rule a request broke: becomes a finding in the transcript. */
export interface BrokenRule {
  /** Names the rule, such as `container.required`. */
  readonly rule: RuleId;
  /** Where in the request, such as `messages.2.content.0`. */
  readonly path?: string | undefined;
  /** What to change in the client. */
  readonly fix: string;
}

/** A request the API refuses: thrown by the machine, sent as an error body, recorded as a finding if it broke a rule. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly type: ApiErrorType;
  /** Undefined when the client did nothing wrong: the schedule made the API fail. */
  readonly broken: BrokenRule | undefined;
  readonly details: ErrorDetails | undefined;

  constructor(type: ApiErrorType, message: string, broken?: BrokenRule, details?: ErrorDetails) {
    super(message);
    this.type = type;
    this.broken = broken;
    this.details = details;
  }

  get status(): number {
    return STATUS_BY_TYPE[this.type];
  }

  toBody(requestId: string): ApiErrorBody {
    const { type, message, details } = this;
    return {
      type: 'error',
      error: { type, message, ...(details && { details }) },
      request_id: requestId,
    };
  }
}
