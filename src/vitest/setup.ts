import { expect } from 'vitest';
import { toHaveCellOutput, toHaveCleanVerdict, toHaveToolCalls } from './matchers.ts';
import { transcriptSerializer } from './snapshot-serializer.ts';

expect.extend({ toHaveCellOutput, toHaveCleanVerdict, toHaveToolCalls });
expect.addSnapshotSerializer(transcriptSerializer);
