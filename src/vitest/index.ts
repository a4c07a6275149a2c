import './setup.ts';

export { expect } from 'vitest';
export type { CassetteSource } from './cassette-file.ts';
export { test, type Callsheet, type PlayOptions, type ReplayTestOptions } from './fixture.ts';
export {
  toHaveCellOutput,
  toHaveCleanVerdict,
  toHaveToolCalls,
  toHonourContract,
  toMatchCassette,
  toRerunAsRecorded,
  type MatcherResult,
} from './matchers.ts';
export { scenarioTests } from './scenario-tests.ts';
export { transcriptSerializer } from './snapshot-serializer.ts';
