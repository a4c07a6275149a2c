#!/usr/bin/env node
/**
 * Tests the adapters and the examples with peers of old and new, from the packed package: `npm run test:peers`.
 *
 * Each leg installs the package and its peers from the registry into an empty folder, copies tests and examples there
 * and runs them and the compiler. Ends with a line a leg. Exit code 1 when something fails. What cannot be installed is
 * skipped; with CI=true that is a failure, unless the registry cannot be reached. Runs on the built files.
 */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { install, SkipError } from './scoreboard/registry.mjs';

const COMMON = ['@langchain/anthropic@1.5', '@langchain/core@1', 'typescript@7'];
const OLDER = ['ai@6', '@ai-sdk/anthropic@3', '@types/node@20'];
const NEWER = ['ai@7', '@ai-sdk/anthropic@4', '@types/node@24', 'node@24'];
const LEGS = [
  {
    // The lowest versions that `peerDependencies` of the package admit.
    peers: ['@anthropic-ai/sdk@0.110.0', 'vitest@4.1.0', 'msw@2.10.0', ...OLDER],
    // The tool runner of this SDK does not send the container back.
    without: ['examples/first-test', 'examples/tool-runner'],
  },
  { peers: ['@anthropic-ai/sdk@1', 'vitest@4', 'msw@2', ...OLDER] },
  { peers: ['@anthropic-ai/sdk@1', 'vitest@5', 'msw@3', ...NEWER] },
];

/** What imports nothing but the package and its peers. */
const SOURCES = [
  'examples',
  'test/msw',
  'test/support/inventory.ts',
  'test/support/sdk-agent.ts',
  'test/time',
  'test/types/vitest.test-d.ts',
  'test/vitest',
];

/** What users have: the AI SDK's own types do not go with `exactOptionalPropertyTypes`. */
const TSCONFIG = {
  compilerOptions: {
    target: 'es2023',
    lib: ['es2023', 'esnext.disposable'],
    module: 'nodenext',
    strict: true,
    noUncheckedIndexedAccess: true,
    allowImportingTsExtensions: true,
    noEmit: true,
    skipLibCheck: true,
    types: ['node'],
  },
  include: ['examples', 'test'],
};

const VITEST_CONFIG = `export default { test: { include: ['**/*.test.ts'], testTimeout: 60_000 } };`;

const root = fileURLToPath(new URL('..', import.meta.url));

/** Runs one leg in a folder. Returns what is wrong. Throws a `SkipError` when it cannot be installed. */
function runLeg({ peers, without = [] }, folder) {
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ private: true, type: 'module' }));
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(TSCONFIG));
  writeFileSync(join(folder, 'vitest.config.mjs'), VITEST_CONFIG);
  const packing = ['pack', '--ignore-scripts', '--silent', '--pack-destination', folder];
  const packed = spawnSync('npm', packing, { cwd: root, encoding: 'utf8' }).stdout.trim();
  const installing = ['npm', 'install', '--no-audit', '--no-fund', '--loglevel=error'];
  install([...installing, `./${packed}`, ...COMMON, ...peers], {
    cwd: folder,
    probe: ['npm', 'view', 'npm', 'version'],
  });
  for (const path of SOURCES) cpSync(join(root, path), join(folder, path), { recursive: true });
  for (const path of without) rmSync(join(folder, path), { recursive: true });

  const modules = join(folder, 'node_modules');
  const node = peers.includes('node@24') ? join(modules, 'node/bin/node') : process.execPath;
  const run = (...args) => spawnSync(node, args, { cwd: folder, stdio: 'inherit' }).status === 0;
  return [
    ...(run(join(modules, 'vitest/vitest.mjs'), 'run') ? [] : ['tests fail']),
    ...(run(join(modules, 'typescript/bin/tsc')) ? [] : ['types are wrong']),
  ];
}

/** The versions that a leg has installed. */
function versionsIn(folder, peers) {
  return [...COMMON, ...peers].map((peer) => {
    const name = peer.slice(0, peer.lastIndexOf('@'));
    const manifest = readFileSync(join(folder, 'node_modules', name, 'package.json'), 'utf8');
    return `${name} ${JSON.parse(manifest).version}`;
  });
}

/** Runs a leg. Returns its line and whether it fails the whole. */
function tryLeg(leg) {
  const { peers } = leg;
  const folder = mkdtempSync(join(tmpdir(), 'callsheet-peers-'));
  try {
    const wrong = runLeg(leg, folder);
    const said = wrong.length === 0 ? 'passed' : `failed, ${wrong.join(' and ')}`;
    return { line: `${said}: ${versionsIn(folder, peers).join(', ')}`, failed: wrong.length > 0 };
  } catch (error) {
    if (!(error instanceof SkipError)) throw error;
    const line = `skipped, ${error.message}: ${peers.join(', ')}`;
    return { line, failed: error.fails };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const ended = LEGS.map(tryLeg);
for (const { line } of ended) console.log(`peers: ${line}`);
process.exitCode = ended.some(({ failed }) => failed) ? 1 : 0;
