import { defineConfig } from 'vitest/config';

const setupFiles = ['test/support/fast-check-seed.ts'];

export default defineConfig({
  test: {
    projects: [
      { test: { name: 'unit', include: ['src/**/*.test.ts'], setupFiles, testTimeout: 20_000 } },
      {
        test: {
          // Python runs in worker threads, which Node 20 can only start from built files: these tests import `callsheet`.
          name: 'integration',
          include: ['test/**/*.test.ts'],
          setupFiles,
          pool: 'forks',
          testTimeout: 30_000,
        },
      },
      {
        test: {
          // Those of other clients than the SDK run where these are installed: `npm run test:peers`.
          name: 'examples',
          include: ['examples/**/*.test.ts'],
          exclude: ['examples/{ai-sdk,langchain}/**'],
          pool: 'forks',
          testTimeout: 30_000,
        },
      },
    ],
  },
});
