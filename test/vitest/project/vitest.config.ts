import { defineConfig } from 'vitest/config';

/** Tests that fail on purpose: `failing-tests.test.ts` runs them and looks at how they do. */
export default defineConfig({ test: { include: ['**/*.case.ts'], testTimeout: 30_000 } });
