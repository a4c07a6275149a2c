#!/usr/bin/env node
/**
 * Runs the programs of `examples`, each of which verifies itself: `npm run examples`.
 *
 * Exit code 0 when all pass, 1 when one does not. What cannot be installed is skipped; with CI=true that is a failure,
 * unless the registry cannot be reached. Runs on the built files.
 */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { openPython } from './scoreboard/kits.mjs';
import { SkipError } from './scoreboard/registry.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const callsheet = 'dist/cli/main.js';

const EXAMPLES = {
  'node-test': () => ['--test', 'examples/node-test/agent.test.mjs'],
  pytest: () => {
    const { python } = openPython();
    const pytest = [python, '-m', 'pytest', '-p', 'no:cacheprovider', 'examples/pytest'];
    return [callsheet, 'serve', 'scenarios/sales-total.yaml', '--', ...pytest];
  },
};

function run(name) {
  process.stdout.write(`\n${name}\n`);
  try {
    const { status } = spawnSync(process.execPath, EXAMPLES[name](), {
      cwd: root,
      stdio: 'inherit',
      env: { ...process.env, PYTHONDONTWRITEBYTECODE: '1' },
    });
    return status === 0 ? 'passed' : 'failed';
  } catch (error) {
    if (!(error instanceof SkipError)) throw error;
    process.stdout.write(`skipped: ${error.message}\n`);
    return error.fails ? 'failed' : 'skipped';
  }
}

const ended = Object.keys(EXAMPLES).map(run);
const count = (end) => ended.filter((each) => each === end).length;
process.stdout.write(
  `\nexamples: ${count('passed')} passed, ${count('failed')} failed, ${count('skipped')} skipped\n`,
);
process.exit(count('failed') > 0 ? 1 : 0);
