/** What bounds a cell. What is not known of the real sandbox is an option; its default is a guess and says so. */
export interface SandboxLimits {
  /** Time a cell may run, in virtual milliseconds. Default: 90 000, as documented by the API. */
  readonly cellTime?: number | undefined;
  /** Whether time spent waiting for answers counts. Default: false (a guess: waits of 270 s are allowed). */
  readonly cellTimeCountsWaiting?: boolean | undefined;
  /**
   * What a cell that used up its time prints. The API documents the word `detection_timeout`, not the text.
   * Default: `detection_timeout: the cell reached its time limit` and a newline (a guess).
   */
  readonly cellTimeoutMessage?: string | undefined;
  /** Where it prints that. Default: `stderr` (a guess). */
  readonly cellTimeoutStream?: 'stdout' | 'stderr' | undefined;
  /** Its return code, which is documented not to be zero. Default: 1 (a guess). */
  readonly cellTimeoutCode?: number | undefined;
  /** Whether variables survive it; files always do. Default: `kept` (a guess). */
  readonly cellTimeoutState?: 'kept' | 'lost' | undefined;
  /**
   * How long calls wait without any answer before all of them raise `TimeoutError`, in virtual milliseconds. Default:
   * 270 000.
   */
  readonly callTime?: number | undefined;
  /**
   * What such an error looks like when the cell does not catch it: a `traceback` with return code 1, or the last line of
   * it alone (`message`) with return code 0, as an example in the API's documentation has it. Default: `traceback`.
   */
  readonly callTimeoutReport?: 'traceback' | 'message' | undefined;
  /**
   * Loop iterations and function calls a cell may make at the ordinary price of 75 virtual nanoseconds. Beyond them time
   * runs faster and faster, so that an endless loop ends soon: with the default about a fifth more uses up 90 s. Raise it
   * for cells that compute for long. Default: 10 million, about half a second of real time.
   */
  readonly iterations?: number | undefined;
  /**
   * Time a bash command may take, in virtual milliseconds; then the tool answers `execution_time_exceeded`. The API does
   * not say how long. Default: 300 000 (a guess).
   */
  readonly bashTime?: number | undefined;
  /** Bytes of stdout and of stderr kept of a cell; the rest is dropped. Default: 10 MiB each (a guess). */
  readonly stdout?: number | undefined;
  readonly stderr?: number | undefined;
}

/** The same, with the defaults filled in. Plain data: crosses threads and goes into the driver. */
export type Limits = { readonly [Name in keyof SandboxLimits]-?: NonNullable<SandboxLimits[Name]> };

const MEBIBYTE = 1024 * 1024;

const DEFAULTS: Limits = {
  cellTime: 90_000,
  cellTimeCountsWaiting: false,
  cellTimeoutMessage: 'detection_timeout: the cell reached its time limit\n',
  cellTimeoutStream: 'stderr',
  cellTimeoutCode: 1,
  cellTimeoutState: 'kept',
  callTime: 270_000,
  callTimeoutReport: 'traceback',
  iterations: 10_000_000,
  bashTime: 300_000,
  stdout: 10 * MEBIBYTE,
  stderr: 10 * MEBIBYTE,
};

/** Fills in the defaults. An option that is `undefined` counts as absent. */
export function withDefaults(limits: SandboxLimits = {}): Limits {
  const given = Object.entries(limits).filter(([, value]) => value !== undefined);
  return { ...DEFAULTS, ...Object.fromEntries(given) };
}
