/** One thing that was looked at, and what came of it: what the reports for other programs are made of. */
export interface Outcome {
  /** What it belongs to, such as a file of scenarios. */
  readonly suite: string;
  readonly name: string;
  /** `warned`: worth a look, and no failure. */
  readonly status: 'passed' | 'failed' | 'warned' | 'skipped';
  /** What is wrong, or why it was skipped; over several lines where that helps. */
  readonly message?: string | undefined;
  /** Where. Lines and columns count from 1. */
  readonly file?: string | undefined;
  readonly line?: number | undefined;
  readonly column?: number | undefined;
}
