import type { Reference } from '../../transcript/reference.ts';
import type { CallDeviation } from '../calls/deviations.ts';

/** One reason why a scenario failed, as data. `message` says it all in words, over several lines where that helps. */
export type Failure =
  /** Tool calls are not the expected ones. */
  | { code: 'calls.different'; message: string; deviations: readonly CallDeviation[] }
  /** A cell or a command, if there was one, printed something else than `prints`. */
  | {
      code: 'cell.printed';
      message: string;
      cell?: Reference | undefined;
      expected: string;
      actual: string;
    }
  /**
   * A cell or a command ended with an error, or without the one it should have ended with. `return_code` is null when it
   * has none.
   */
  | { code: 'cell.ended'; message: string; cell: Reference; return_code: number | null }
  /** A count, or the last text, is not the expected one. */
  | { code: 'total.different'; message: string; what: string; actual: number | string | null }
  /** A request changed what the one before it had. */
  | { code: 'cache.broken'; message: string; part: string }
  /** A turn was not played, or not to its end. */
  | { code: 'turn.unplayed'; message: string; turn: string }
  /** The client broke a rule of the API. */
  | { code: 'finding'; message: string; rule: string }
  /** A request was refused for another reason than a broken rule. */
  | { code: 'request.refused'; message: string; status: number }
  /** No answer of a tool is for the arguments it was called with. */
  | { code: 'answer.missing'; message: string; tool: string }
  /** The conversation could not go on. */
  | { code: 'conversation.broken'; message: string };

/** What happened is not what was expected. Its message is that of its failures. */
export class ExpectationError extends Error {
  override readonly name: string = 'ExpectationError';
  readonly code = 'expectation.failed';
  readonly failures: readonly Failure[];

  constructor(failures: readonly Failure[]) {
    super(failures.map((failure) => failure.message).join('\n\n'));
    this.failures = failures;
  }
}
