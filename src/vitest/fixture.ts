import { test as base, type TestAPI } from 'vitest';
import { createFakeApi, type FakeApi, type FakeApiOptions } from '../api/create-fake-api.ts';
import type { Script } from '../protocol/script.ts';
import { checkVerdict } from '../scenario/checks/clean-verdict.ts';
import { ExpectationError, type Failure } from '../scenario/checks/failure.ts';
import { checkExpectations } from '../scenario/checks/scenario.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { attachTranscripts } from './attachment.ts';

/** Plays scenarios in a test. */
export interface Callsheet {
  /**
   * Makes a fake that plays a scenario, or another script. After the test it is disposed of, and the test fails when the
   * agent broke a rule, left part of the scenario unplayed, or when something is not as the scenario says (what cells
   * print, its `expect`), unless `allow` says otherwise.
   */
  play(script: Scenario | Script, options?: PlayOptions): FakeApi;
}

export interface PlayOptions extends Omit<FakeApiOptions, 'script'> {
  /**
   * What does not fail the test when it has ended: `findings`, rules the agent broke; `unplayed`, turns of the scenario
   * that were not played to their end; `unexpected`, what else is not as the scenario says. Default: nothing.
   */
  readonly allow?: readonly ('findings' | 'unplayed' | 'unexpected')[] | undefined;
}

interface Played {
  readonly allow: NonNullable<PlayOptions['allow']>;
  readonly script: Scenario | Script;
  readonly api: FakeApi;
}

/** Vitest's `test` with the fixture `callsheet`, made anew for each test that asks for it. */
export const test: TestAPI<{ callsheet: Callsheet }> = base.extend<{ callsheet: Callsheet }>({
  callsheet: async ({ task }, use) => {
    const played: Played[] = [];
    await use({
      play(script, { allow = [], ...options } = {}) {
        const api = createFakeApi({ script, ...options });
        played.push({ script, api, allow });
        return api;
      },
    });
    const hasFailed = task.result?.state === 'fail';
    const failures = hasFailed ? [] : played.flatMap(leftBehind);
    if (hasFailed || failures.length > 0) {
      attachTranscripts(
        task.meta,
        played.map(({ api }) => [...api.transcript]),
      );
    }
    await Promise.all(played.map(({ api }) => api.dispose()));
    if (failures.length > 0) throw new ExpectationError(failures);
  },
});

function leftBehind({ script, api: { transcript }, allow }: Played): Failure[] {
  const findings = allow.includes('findings') ? [] : checkVerdict(transcript);
  // A turn that was not played to its end is a consequence of the rule that was broken in it.
  if (findings.length > 0 || !('data' in script)) return findings;
  return checkExpectations(script, transcript).filter(
    ({ code }) => !allow.includes(code === 'turn.unplayed' ? 'unplayed' : 'unexpected'),
  );
}
