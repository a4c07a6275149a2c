import { expect } from 'vitest';
import {
  toHaveCellOutput,
  toHaveCleanVerdict,
  toHaveToolCalls,
  toHonourContract,
  toMatchCassette,
  toRerunAsRecorded,
} from './matchers.ts';
import { transcriptSerializer } from './snapshot-serializer.ts';

expect.extend({
  toHaveCellOutput,
  toHaveCleanVerdict,
  toHaveToolCalls,
  toHonourContract,
  toMatchCassette,
  toRerunAsRecorded,
});
expect.addSnapshotSerializer(transcriptSerializer);
