import { SkipError } from '../../scripts/scoreboard/registry.mjs';

/**
 * What some tests need, from `get`. Where that cannot be had the tests are skipped: `undefined`, and it says so. In CI
 * that is an error, unless nobody could help it: what `get` throws knows.
 */
export function orSkip<T>(tests: string, get: () => T): T | undefined {
  try {
    return get();
  } catch (error) {
    if (!(error instanceof SkipError) || error.fails) throw error;
    process.stderr.write(`skipped: ${tests}, for ${error.message}\n`);
    return undefined;
  }
}
