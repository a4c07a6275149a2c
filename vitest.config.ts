import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['{src,test,examples}/**/*.test.ts'],
    // Those of other clients than the SDK run where these are installed: `npm run test:peers`.
    exclude: ['examples/{ai-sdk,langchain}/**'],
    setupFiles: ['test/support/fast-check-seed.ts'],
    // For what hangs; a busy machine takes its time. What `npm run verify` runs for long has another.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    pool: 'forks',
    // By itself Vitest leaves a core idle, and there may be but two.
    maxWorkers: '100%',
    // Files share a process: nothing of one is global, and Python's engine is compiled once and not for each.
    isolate: false,
    // Built files need no transforming.
    server: { deps: { external: [/\/dist\//] } },
  },
});
