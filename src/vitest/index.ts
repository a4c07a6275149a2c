import './setup.ts';

export { expect } from 'vitest';
export { test, type Callsheet, type PlayOptions } from './fixture.ts';
export {
  toHaveCellOutput,
  toHaveCleanVerdict,
  toHaveToolCalls,
  toHonourContract,
  toRerunAsRecorded,
  type MatcherResult,
} from './matchers.ts';
export { scenarioTests } from './scenario-tests.ts';
export { transcriptSerializer } from './snapshot-serializer.ts';
