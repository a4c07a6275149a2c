import { defineConfig } from 'vitest/config';

/** Tests that fail on purpose: `failing-tests.test.ts` runs them and looks at how they do. */
export default defineConfig({
  // One process, one Python: what is looked at is how they fail.
  test: {
    include: ['**/*.case.ts'],
    testTimeout: 30_000,
    isolate: false,
    fileParallelism: false,
  },
});
