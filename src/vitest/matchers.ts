import type { RerunCellsOptions } from '../contract/rerun-cells.ts';
import type { ToolContract } from '../contract/tool-contract.ts';
import { checkCellOutput } from '../scenario/checks/cell-output.ts';
import { checkVerdict } from '../scenario/checks/clean-verdict.ts';
import { checkToolCalls } from '../scenario/calls/tool-calls.ts';
import { checkSameSession } from '../replay/same-session.ts';
import { outline } from '../timeline/outline.ts';
import type { TranscriptEvent } from '../transcript/events.ts';
import { type CassetteSource, openCassetteSource } from './cassette-file.ts';
import { eventsOf } from './received.ts';

/** What Vitest, and Jest, make of a matcher's answer. */
export interface MatcherResult {
  readonly pass: boolean;
  readonly message: () => string;
  /** What to show side by side. */
  readonly actual?: unknown;
  readonly expected?: unknown;
}

/** A check of a transcript, as the function of a matcher: what is received is a transcript, or a fake that has one. */
type Matcher<Rest extends unknown[]> = (received: unknown, ...rest: Rest) => MatcherResult;

/** What a check says of one thing that is wrong. */
interface Failed {
  readonly message: string;
  /** What was recorded, and what happened, where both can be shown side by side. */
  readonly recorded?: string | undefined;
  readonly actual?: unknown;
}

function matcherOf<Rest extends unknown[]>(
  name: string,
  check: (transcript: Iterable<TranscriptEvent>, ...rest: Rest) => readonly Failed[],
): Matcher<Rest> {
  return (received, ...rest) => {
    const events = eventsOf(received, name);
    const failures = check(events, ...rest);
    const different = failures.find(({ recorded }) => recorded !== undefined);
    return {
      pass: failures.length === 0,
      ...(different && { actual: different.actual, expected: different.recorded }),
      message: () =>
        failures.length > 0
          ? failures.map(({ message }) => message).join('\n\n')
          : `expect(transcript).not.${name}: it should not, but it does.\n\n${outline(events)}`,
    };
  };
}

/** Passes when the transcript's tool calls are the expected ones, as `assertToolCalls` says. */
export const toHaveToolCalls: Matcher<Rest<typeof checkToolCalls>> = matcherOf(
  'toHaveToolCalls',
  checkToolCalls,
);

/** Passes when a cell printed the text or matches the pattern, as `assertCellOutput` says: the last one by default. */
export const toHaveCellOutput: Matcher<Rest<typeof checkCellOutput>> = matcherOf(
  'toHaveCellOutput',
  checkCellOutput,
);

/** Passes when the client broke no rule, as `assertCleanVerdict` says. */
export const toHaveCleanVerdict: Matcher<Rest<typeof checkVerdict>> = matcherOf(
  'toHaveCleanVerdict',
  checkVerdict,
);

/** Passes when what happened is what was recorded, as `assertSameSession` says. */
export const toMatchCassette: Matcher<[cassette: CassetteSource]> = matcherOf(
  'toMatchCassette',
  (transcript, source: CassetteSource) =>
    checkSameSession(transcript, openCassetteSource(source).cassette),
);

/**
 * Passes when arguments and results are what the contract says, as `assertHonoursContract` of `callsheet/contract` says.
 * Asynchronous, for the validator is loaded when it is first needed: await it.
 */
export async function toHonourContract(
  received: unknown,
  contract?: readonly ToolContract[],
): Promise<MatcherResult> {
  const { checkContract } = await import('../contract/check-contract.ts');
  return matcherOf('toHonourContract', checkContract)(received, contract);
}

/**
 * Passes when the recorded cells do again what they did, as `assertReruns` of `callsheet/contract` says: with the recorded
 * results, or those of today's tools. Asynchronous: await it.
 */
export async function toRerunAsRecorded(
  received: unknown,
  options?: RerunCellsOptions,
): Promise<MatcherResult> {
  const { describeRerun, rerunCells } = await import('../contract/rerun-cells.ts');
  const cells = await rerunCells(eventsOf(received, 'toRerunAsRecorded'), options);
  const different = cells
    .filter(({ differences }) => differences.length > 0)
    .map((cell) => ({ message: describeRerun(cell) }));
  return matcherOf('toRerunAsRecorded', () => different)(received);
}

type Rest<Check> = Check extends (transcript: never, ...rest: infer Args) => unknown ? Args : never;

/** The matchers as assertions that return `Result`. */
interface CallsheetMatchers<Result> {
  /** The transcript's tool calls are the expected ones, as `assertToolCalls` says. */
  toHaveToolCalls(...expected: Rest<typeof checkToolCalls>): Result;
  /** A cell printed this text, or what matches this pattern: the last one that ended, or the one with this number. */
  toHaveCellOutput(...expected: Rest<typeof checkCellOutput>): Result;
  /**
   * What happened is what was recorded in this cassette, or the file of it (a path from the working directory, or a URL):
   * what was said, the code that ran, its calls with arguments and answers, what it printed.
   */
  toMatchCassette(cassette: CassetteSource): Result;
  /** The client broke no rule of the API. */
  toHaveCleanVerdict(): Result;
}

// Vitest 4 and 5 declare `Matchers` with other type parameters, so that whoever extends it is wrong in one of them. What
// both are made of is the same.
declare global {
  namespace Chai {
    interface Assertion extends CallsheetMatchers<void> {
      /** Arguments and results of all calls are what the contract says; by default what the requests declare. */
      toHonourContract(contract?: readonly ToolContract[]): Promise<void>;
      /** The recorded cells do again what they did, with the recorded results or those of today's tools. */
      toRerunAsRecorded(options?: RerunCellsOptions): Promise<void>;
    }
  }
}
declare module 'vitest' {
  interface AsymmetricMatchersContaining extends CallsheetMatchers<unknown> {}
}
