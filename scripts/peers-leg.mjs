#!/usr/bin/env node
/**
 * Runs the tests of the Vitest and MSW adapters on the newest peers: `npm run test:peers`.
 *
 * `npm test` runs them on Vitest 4 and MSW 2, which Node 20 needs. Here the packed package is installed into an empty
 * folder with Vitest 5, MSW 3 and Node 24, all from the registry; the same tests and type tests run there. Ends with one
 * line. Exit code 1 when a test fails, or when the peers cannot be installed and CI=true; a registry that cannot be
 * reached is a skip everywhere.
 */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const PEERS = [
  'vitest@5',
  'msw@3',
  'node@24',
  '@anthropic-ai/sdk@1',
  '@types/node@24',
  'typescript@7',
];
/** What imports nothing but the package and its peers. */
const TESTS = [
  'vitest',
  'msw',
  'time',
  'types/vitest.test-d.ts',
  'support/sdk-agent.ts',
  'support/inventory.ts',
];

const TSCONFIG = {
  compilerOptions: {
    target: 'es2023',
    lib: ['es2023', 'esnext.disposable'],
    module: 'nodenext',
    strict: true,
    noUncheckedIndexedAccess: true,
    exactOptionalPropertyTypes: true,
    allowImportingTsExtensions: true,
    noEmit: true,
    skipLibCheck: true,
    types: ['node'],
  },
  include: ['test'],
};

const root = fileURLToPath(new URL('..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'callsheet-peers-'));

/** Runs a command in the folder. Returns what it printed, or undefined when it failed. */
function run([command, ...args], { quiet = false, cwd = folder } = {}) {
  const { status, stdout } = spawnSync(command, args, {
    cwd,
    encoding: 'utf8',
    stdio: ['ignore', quiet ? 'pipe' : 'inherit', quiet ? 'ignore' : 'inherit'],
  });
  return status === 0 ? (stdout ?? '').trim() : undefined;
}

function version(peer) {
  return JSON.parse(readFileSync(join(folder, 'node_modules', peer, 'package.json'), 'utf8'))
    .version;
}

/** Prints the last line and says how to end. */
function conclude(said, code) {
  console.log(`peers: ${said}`);
  return code;
}

function leg() {
  const packed = run(
    ['npm', 'pack', '--ignore-scripts', '--silent', '--pack-destination', folder],
    {
      quiet: true,
      cwd: root,
    },
  );
  if (packed === undefined) return conclude('the package cannot be packed', 1);
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ private: true, type: 'module' }));
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(TSCONFIG));
  const install = ['npm', 'install', '--no-audit', '--no-fund', '--loglevel=error'];
  if (run([...install, `./${packed}`, ...PEERS]) === undefined) {
    if (run(['npm', 'view', 'vitest', 'version'], { quiet: true }) === undefined) {
      return conclude('skipped, for the registry cannot be reached', 0);
    }
    return conclude(
      'skipped, for the peers cannot be installed',
      process.env.CI === 'true' ? 1 : 0,
    );
  }
  for (const path of TESTS)
    cpSync(join(root, 'test', path), join(folder, 'test', path), { recursive: true });

  const node = join(folder, 'node_modules/node/bin/node');
  const modules = join(folder, 'node_modules');
  const tested = run([node, join(modules, 'vitest/vitest.mjs'), 'run', '--testTimeout=60000']);
  const typed = run([node, join(modules, 'typescript/bin/tsc')]);
  const versions = ['vitest', 'msw', 'node'].map((peer) => `${peer} ${version(peer)}`).join(', ');
  const failed = [tested ?? 'tests failed', typed ?? 'types are wrong'].filter(Boolean);
  return conclude(
    `${versions}: ${failed.join(', ') || 'tests and types are right'}`,
    failed.length,
  );
}

try {
  process.exitCode = leg() === 0 ? 0 : 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
