/** What of a terminal a progress line needs. */
export interface ProgressStream {
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
  write(text: string): unknown;
}

/** Says what is under way. */
export interface Progress {
  /** Something begins; the one before it has ended. */
  step(what: string): void;
  /** Nothing is under way any more, or something else is about to be printed. */
  clear(): void;
}

const CLEAR_LINE = '\r\u001B[K';

/**
 * Says on a terminal, in a line that is gone in the end, which step of a long command is under way; in the log of a CI,
 * where the environment has `CI`, each step has a line of its own. Elsewhere nothing is said.
 */
export function createProgress(
  total: number,
  stream: ProgressStream = process.stderr,
  { CI }: NodeJS.ProcessEnv = process.env,
): Progress {
  let count = 0;
  let isShown = false;
  return {
    step(what) {
      const line = `${what} (${++count} of ${total})`;
      if (stream.isTTY) stream.write(CLEAR_LINE + line.slice(0, (stream.columns || 80) - 1));
      else if (CI) stream.write(`callsheet: ${line}\n`);
      isShown = stream.isTTY === true;
    },
    clear() {
      if (isShown) stream.write(CLEAR_LINE);
      isShown = false;
    },
  };
}
