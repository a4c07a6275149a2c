import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    projects: [
      { test: { name: 'unit', include: ['src/**/*.test.ts'] } },
      // Python runs in worker threads, which Node 20 can only start from built files: these tests import `callsheet`.
      { test: { name: 'integration', include: ['test/**/*.test.ts'], testTimeout: 30_000, pool: 'forks' } },
    ],
  },
});
