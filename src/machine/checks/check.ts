import type { ApiErrorType, BrokenRule, ErrorDetails } from '../../protocol/errors.ts';
import { ApiError } from '../../protocol/errors.ts';
import type { Fidelity } from '../../protocol/fidelity.ts';
import type { MessageRequest } from '../../protocol/request.ts';
import type { RuleId } from '../../protocol/requirements.ts';
import type { ApiVersion } from '../../protocol/revisions/api-version.ts';

export interface CheckContext {
  readonly fidelity: Fidelity;
  readonly apiVersion: ApiVersion;
  /** Models that exist; any when absent. */
  readonly models?: readonly string[] | undefined;
  /** Rules that are not enforced. Default: none. */
  readonly ignoredRules?: ReadonlySet<string> | undefined;
}

/** Looks at one request alone, whatever its session. Returns the first rule it breaks. */
export type Check = (request: MessageRequest, context: CheckContext) => ApiError | undefined;

interface Refusal {
  /** Where in the request. */
  readonly path?: string | undefined;
  /** Whether the message begins with the path, as most do. Default: true. */
  readonly namesPath?: boolean | undefined;
  readonly reason: string;
  readonly fix: string;
  readonly details?: ErrorDetails | undefined;
}

/** A refusal as the API words it: path, colon, reason. */
export function refusal(
  rule: RuleId,
  { path, namesPath = true, reason, fix, details }: Refusal,
  type: ApiErrorType = 'invalid_request_error',
): ApiError {
  const message = path !== undefined && namesPath ? `${path}: ${reason}` : reason;
  const broken: BrokenRule = { rule, path, fix };
  return new ApiError(type, message, broken, details);
}
