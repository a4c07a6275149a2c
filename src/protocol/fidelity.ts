/**
 * What the fake does where the real API is unknown, contradictory or has changed. Every default is a documented guess
 * or the best evidence there is.
 */
export interface Fidelity {
  /**
   * A request whose tools name a code caller but which declares no code execution tool. The documentation demands
   * one; a request without one worked when recorded (February 2026). Default: `optional`.
   */
  readonly codeExecutionTool: 'optional' | 'required';
  /**
   * Whether `code_execution_20250825` in `allowed_callers` is served by a newer declared tool, and the reverse. The
   * two 2026 versions always serve each other. Default: `accepted`.
   */
  readonly otherCallerVersion: 'accepted' | 'rejected';
  /** `disable_parallel_tool_use: true` together with a code caller: documented as unsupported. Default: `rejected`. */
  readonly disableParallelToolUse: 'rejected' | 'ignored';
  /** How a container id that never existed, or belongs to another session, is refused. Default: `invalid_request_error`. */
  readonly unknownContainer: 'invalid_request_error' | 'not_found_error' | 'api_error';
  /**
   * How a container past its life is refused. Documented as "an error"; a 500 was reported for days-old ids (August
   * 2026). Default: `invalid_request_error`.
   */
  readonly expiredContainer: 'invalid_request_error' | 'not_found_error' | 'api_error';
  /** In which order one response reports calls made at once. Recorded scrambled and reversed. Default: `shuffled`. */
  readonly parallelCallOrder: 'shuffled' | 'program' | 'reversed';
  /**
   * Whether `tool_use` blocks may have a `caller`, and have one. Before February 2026 it took a beta header, and other
   * platforms followed later: without it a request with one is refused. Default: `known`.
   */
  readonly callerField: 'known' | 'unknown';
  /** Whether top-level `server_tool_use` blocks say `caller: {type: "direct"}`, as until March 2026. Default: false. */
  readonly serverToolUseCaller: boolean;
  /** Whether results of cells carry `abort_reason: null`, as since March 2026. Default: true. */
  readonly abortReason: boolean;
  /** Whether the response that completes a programmatic turn names its container; in 2025 it did not. Default: true. */
  readonly containerOnCompletion: boolean;
  /** What a cell gets for a tool result with `is_error`: its text, as recorded, or an exception. Default: `returned`. */
  readonly toolErrors: 'returned' | 'raised';
  /**
   * A script that uses what the request does not offer: cells where no tool is callable from code, so that the real model
   * would use the shell; or a shell with the first version of the tool. Play it all the same, or fail. Default: `played`.
   */
  readonly unofferedTools: 'played' | 'refused';
  /**
   * Whether stdout and stderr of `code_execution_20250522` cells end without their last newline, as since April 2026.
   * Default: true.
   */
  readonly trimmedOutput20250522: boolean;
  /** Whether `usage.server_tool_use` counts `code_execution_requests`: documented, never recorded. Default: false. */
  readonly codeExecutionRequests: boolean;
  /** Whether `count_tokens` takes code execution tools: the types say so, field reports get a 400. Default: `counted`. */
  readonly countTokensWithCodeExecution: 'counted' | 'rejected';
  /**
   * A second answer to calls that were answered before, such as a retry after a lost response: repeat the response
   * that the first one got, or refuse it. Default: `repeated`.
   */
  readonly repeatedAnswer: 'repeated' | 'rejected';
  /**
   * Request fields that cannot be sent together with `thread`. The types name these four and say no more. Default: all
   * of them.
   */
  readonly threadUnsupported: readonly (
    | 'cache_control'
    | 'context_management'
    | 'fallbacks'
    | 'thinking'
  )[];
  /**
   * `system` and `tools` in a request that continues a thread: refused where they differ from those the thread was
   * created with, as the types say, or always, as the SDK says. Default: `compared`.
   */
  readonly threadRepeatedFields: 'compared' | 'rejected';
}

export const DEFAULT_FIDELITY: Fidelity = {
  codeExecutionTool: 'optional',
  otherCallerVersion: 'accepted',
  disableParallelToolUse: 'rejected',
  unknownContainer: 'invalid_request_error',
  expiredContainer: 'invalid_request_error',
  parallelCallOrder: 'shuffled',
  callerField: 'known',
  serverToolUseCaller: false,
  abortReason: true,
  containerOnCompletion: true,
  toolErrors: 'returned',
  unofferedTools: 'played',
  trimmedOutput20250522: true,
  codeExecutionRequests: false,
  countTokensWithCodeExecution: 'counted',
  repeatedAnswer: 'repeated',
  threadUnsupported: ['cache_control', 'context_management', 'fallbacks', 'thinking'],
  threadRepeatedFields: 'compared',
};
