import { type RunnerTestCase, test as base, type TestAPI } from 'vitest';
import { createFakeApi, type FakeApi, type FakeApiOptions } from '../api/create-fake-api.ts';
import type { ReplayFailure } from '../replay/replay-error.ts';
import { createReplay, type Replay, type ReplayOptions } from '../replay/replay.ts';
import type { Script } from '../protocol/script.ts';
import { checkVerdict } from '../scenario/checks/clean-verdict.ts';
import type { Failure } from '../scenario/checks/failure.ts';
import { checkPlayed } from '../scenario/checks/played.ts';
import { checkExpectations } from '../scenario/checks/scenario.ts';
import type { Scenario } from '../scenario/scenario.ts';
import type { TranscriptEvent } from '../transcript/events.ts';
import { attachTranscripts } from './attachment.ts';
import { type CassetteSource, openCassetteSource } from './cassette-file.ts';

/** Plays scenarios in a test. */
export interface Callsheet {
  /**
   * Makes a fake that plays a scenario, or another script. After the test it is disposed of, and the test fails when the
   * agent broke a rule, left part of the scenario unplayed, or when something is not as the scenario says (what cells
   * print, its `expect`), unless `allow` says otherwise.
   */
  play(script: Scenario | Script, options?: PlayOptions): FakeApi;
  /**
   * Makes an API that answers as it did when the cassette was recorded. After the test, the test fails when the agent
   * broke a rule, asked for something else, or did not ask for all of it, unless `allow` says otherwise.
   */
  replay(cassette: CassetteSource, options?: ReplayTestOptions): Replay;
}

export interface PlayOptions extends Omit<FakeApiOptions, 'script'> {
  /**
   * What does not fail the test when it has ended: `findings`, rules the agent broke; `unplayed`, turns of the scenario
   * that were not played to their end; `unexpected`, what else is not as the scenario says. Default: nothing.
   */
  readonly allow?: readonly ('findings' | 'unplayed' | 'unexpected')[] | undefined;
}

export interface ReplayTestOptions extends ReplayOptions {
  /**
   * What does not fail the test when it has ended: `findings`, rules the agent broke; `unplayed`, recorded exchanges it
   * did not ask for. Default: nothing.
   */
  readonly allow?: readonly ('findings' | 'unplayed')[] | undefined;
}

/** An API of a test. */
interface Used {
  readonly transcript: Iterable<TranscriptEvent>;
  /** The place in the test that made it, as a stack. */
  readonly madeAt: string;
  /** What the agent left behind when the test has ended. */
  readonly leftBehind: () => readonly (Failure | ReplayFailure)[];
  readonly dispose: () => Promise<void>;
}

/** Vitest's `test` with the fixture `callsheet`, made anew for each test that asks for it. */
export const test: TestAPI<{ callsheet: Callsheet }> = base.extend<{ callsheet: Callsheet }>({
  callsheet: async ({ task, onTestFinished }, use) => {
    const all: Used[] = [];
    // Not after `use`: what a fixture throws there Vitest tells twice.
    onTestFinished(() => finish(all, task));
    const play: Callsheet['play'] = (script, { allow = [], ...options } = {}) => {
      const api = createFakeApi({ script, ...options });
      const { transcript } = api;
      all.push({
        transcript,
        madeAt: placeOf(play),
        dispose: () => api.dispose(),
        leftBehind: () => unlikeScript(script, transcript, allow),
      });
      return api;
    };
    const replay: Callsheet['replay'] = (source, { allow = [], ...options } = {}) => {
      const { cassette, file } = openCassetteSource(source);
      const replayed = createReplay(cassette, { file, ...options });
      const { transcript } = replayed;
      all.push({
        transcript,
        madeAt: placeOf(replay),
        dispose: async () => {},
        leftBehind: () => unlikeCassette(replayed, allow),
      });
      return replayed;
    };
    await use({ play, replay });
  },
});

/** Ends a test's APIs, and fails the test for what the agent left behind. */
async function finish(all: readonly Used[], { meta, result }: RunnerTestCase): Promise<void> {
  const hasFailed = result?.state === 'fail';
  const left = all.map(({ leftBehind, madeAt }) => ({
    madeAt,
    failures: leftBehind().filter(({ code }) => !hasFailed || CAUSES.has(code)),
  }));
  const failures = left.flatMap((each) => each.failures);
  if (hasFailed || failures.length > 0) {
    attachTranscripts(
      meta,
      all.map(({ transcript }) => [...transcript]),
    );
  }
  await Promise.all(all.map((each) => each.dispose()));
  if (failures.length === 0) return;
  throw new LeftBehindError(failures, left.find((each) => each.failures.length > 0)?.madeAt);
}

/** The lines of a stack from the caller of a function on: where the test made its API. */
function placeOf(called: (...args: never[]) => unknown): string {
  const place: { stack?: string } = {};
  Error.captureStackTrace(place, called);
  return (place.stack ?? '').split('\n').slice(1).join('\n');
}

/** What a test that has failed by itself is told as well: why it may have, not what else follows from that. */
const CAUSES: ReadonlySet<string> = new Set(['finding', 'cell.ended', 'exchange.missed']);

/** What the agent left behind when its test had ended. Its message is that of all of it. */
class LeftBehindError extends Error {
  override readonly name: string = 'LeftBehindError';
  readonly code = 'test.left_behind';
  readonly failures: readonly (Failure | ReplayFailure)[];

  constructor(failures: readonly (Failure | ReplayFailure)[], madeAt = '') {
    super(failures.map(({ message }) => message).join('\n\n'));
    this.failures = failures;
    this.stack = `${this.name}: ${this.message}\n${madeAt}`;
  }
}

function unlikeScript(
  script: Scenario | Script,
  transcript: Iterable<TranscriptEvent>,
  allow: NonNullable<PlayOptions['allow']>,
): readonly Failure[] {
  const findings = allow.includes('findings') ? [] : checkVerdict(transcript);
  // A turn that was not played to its end is a consequence of the rule that was broken in it. Where it just stopped, what
  // was to come next says more than the rule.
  const justStopped = findings.every(
    (each) => each.code === 'finding' && each.rule === 'cell.abandoned',
  );
  if (findings.length > 0) {
    return justStopped ? [...findings, ...checkPlayed(script, transcript)] : findings;
  }
  const failures =
    'data' in script ? checkExpectations(script, transcript) : checkPlayed(script, transcript);
  return failures.filter(
    ({ code }) => !allow.includes(code === 'turn.unplayed' ? 'unplayed' : 'unexpected'),
  );
}

function unlikeCassette(
  replay: Replay,
  allow: NonNullable<ReplayTestOptions['allow']>,
): readonly (Failure | ReplayFailure)[] {
  const failures = replay
    .failures()
    .filter(({ code }) => code !== 'exchange.unplayed' || !allow.includes('unplayed'));
  // A request that is not as recorded is a finding, too.
  if (failures.length > 0 || allow.includes('findings')) return failures;
  return checkVerdict(replay.transcript);
}
