#!/usr/bin/env node
/**
 * Tries the package as it is published: `npm run test:package`.
 *
 * Packs it, installs it alone and says what that takes; then installs it with the lowest and the highest supported peers,
 * and on every supported Node walks through it (test/package/walk.mjs) and runs a first test with Vitest. Ends with a line a
 * leg. Exit code 1 when something fails, when the snapshot is missing, or when the package is too large. What cannot be
 * installed is skipped; with CI=true that is a failure, unless the registry cannot be reached.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import {
  cpSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findNode, MAJORS, versionOf } from './nodes.mjs';
import { install, SkipError } from './scoreboard/registry.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const { peerDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

const first = (range) => /\d[\d.]*/.exec(range)[0];
const ranges = Object.entries(peerDependencies);
// npm prefers the version tagged as latest: of alternatives only the last is asked for.
const highest = ranges.map(([name, range]) => `${name}@${range.split('||').at(-1).trim()}`);

/** The newest Vitest and MSW have left Node 20 behind. */
const PEERS = [
  { peers: ranges.map(([name, range]) => `${name}@${first(range)}`), majors: MAJORS },
  { peers: highest, majors: MAJORS.filter((major) => major !== 20) },
  {
    peers: [...highest.filter((peer) => !/^(?:vitest|msw)@/.test(peer)), 'vitest@4', 'msw@2'],
    majors: [20],
  },
];

/** Megabytes of the package itself, snapshot included. */
const SIZE_LIMIT = 16;
const FILES = {
  'test/package/walk.mjs': 'walk.mjs',
  'examples/command-line/agent.mjs': 'agent.mjs',
  'examples/command-line/tools.mjs': 'tools.mjs',
  'scenarios/sales-total.yaml': 'sales-total.yaml',
  'examples/sdk-loop': 'first',
};

/** The tool of the agent as it was when the session was recorded, and what it does. */
const TOOLS_THEN = `export const fetchSalesData = {
  name: 'fetch_sales_data',
  description: 'Sales rows of one SKU as a JSON list, each with week, units and price.',
  input_schema: { type: 'object', properties: { sku: { type: 'string' } }, required: ['sku'] },
  allowed_callers: ['code_execution_20260120'],
  run: () => [
    { week: 1, units: 3, price: 9.5 },
    { week: 2, units: 4, price: 9.5 },
    { week: 3, units: 12, price: 7.25 },
  ],
};
`;

/** Runs an action in a temporary folder with the package and others installed. */
function inFolder(packages, action) {
  const folder = mkdtempSync(join(tmpdir(), 'callsheet-package-'));
  try {
    writeFileSync(join(folder, 'package.json'), '{"private": true, "type": "module"}');
    const installing = ['npm', 'install', '--no-audit', '--no-fund', '--loglevel=error'];
    install([...installing, ...packages], {
      cwd: folder,
      probe: ['npm', 'view', 'npm', 'version'],
    });
    return action(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function megabytes(folder) {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  const bytes = entries
    .filter((entry) => entry.isFile())
    .reduce(
      (sum, entry) => sum + statSync(join(entry.parentPath ?? entry.path, entry.name)).size,
      0,
    );
  return bytes / 1e6;
}

/** What Node takes to import the package, in milliseconds: the middle of five. */
function importTime(folder) {
  const program = `const start = performance.now(); await import('callsheet'); console.log(performance.now() - start)`;
  const args = ['--input-type=module', '--eval', program];
  const times = Array.from({ length: 5 }, () =>
    Number(execFileSync(process.execPath, args, { cwd: folder, encoding: 'utf8' })),
  );
  return times.toSorted((a, b) => a - b)[2];
}

/** Whether TypeScript finds the types of every entry, as ESM alone can be imported. Prints what it does not. */
function typesResolve(tarball) {
  const args = [
    join(root, 'node_modules/.bin/attw'),
    tarball,
    '--profile',
    'esm-only',
    '--format',
    'ascii',
  ];
  const { status, stdout } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  if (status !== 0) console.log(stdout);
  return status === 0;
}

function tryAlone(tarball) {
  return inFolder([tarball], (folder) => {
    const own = join(folder, 'node_modules/callsheet');
    const shipped = readdirSync(join(own, 'dist/sandbox')).filter((name) =>
      name.endsWith('.snapshot.br'),
    );
    const size = megabytes(own);
    const all = megabytes(join(folder, 'node_modules'));
    const packed = statSync(tarball).size / 1e6;
    const said =
      `${packed.toFixed(1)} MB packed, ${size.toFixed(1)} MB installed (${all.toFixed(1)} MB with dependencies), ` +
      `imported in ${importTime(folder).toFixed(0)} ms`;
    const wrong = [
      ...(shipped.length === 1 ? [] : ['the snapshot is missing']),
      ...(typesResolve(tarball) ? [] : ['types do not resolve']),
      ...(size <= SIZE_LIMIT ? [] : [`more than ${SIZE_LIMIT} MB`]),
    ];
    return { said: `alone: ${said}`, wrong };
  });
}

/** Walks through the package and runs a first test, on every Node from nothing: with an empty cache. */
function tryPeers(tarball, { peers, majors }) {
  return inFolder([tarball, ...peers], (folder) => {
    for (const [from, to] of Object.entries(FILES)) {
      cpSync(join(root, from), join(folder, to), { recursive: true });
    }
    writeFileSync(join(folder, 'tools-then.mjs'), TOOLS_THEN);
    const versions = peers.map((peer) => {
      const name = peer.slice(0, peer.lastIndexOf('@'));
      const manifest = readFileSync(join(folder, 'node_modules', name, 'package.json'), 'utf8');
      return `${name} ${JSON.parse(manifest).version}`;
    });
    return majors.map((major) => tryLeg(`Node ${major}`, () => tryNode(major, folder, versions)));
  });
}

function tryNode(major, folder, versions) {
  const node = findNode(major);
  const env = { ...process.env, CALLSHEET_CACHE_DIR: join(folder, `cache-${major}`) };
  const run = (...args) =>
    spawnSync(node, args, { cwd: folder, env, stdio: 'inherit' }).status === 0;
  const vitest = [
    'node_modules/vitest/vitest.mjs',
    'run',
    '--root',
    'first',
    '--test-timeout=60000',
  ];
  const wrong = [
    ...(run('walk.mjs') ? [] : ['the walk fails']),
    ...(run(...vitest) ? [] : ['the first test fails']),
  ];
  return { said: `Node ${versionOf(node)} with ${versions.join(', ')}`, wrong };
}

/** Runs a leg. Returns its line and whether it fails the whole. */
function tryLeg(name, leg) {
  return orSkip(name, () => {
    const { said, wrong } = leg();
    const result = wrong.length === 0 ? 'passed' : `failed, ${wrong.join(' and ')}`;
    return { line: `${result}: ${said}`, failed: wrong.length > 0 };
  });
}

function orSkip(name, action) {
  try {
    return action();
  } catch (error) {
    if (!(error instanceof SkipError)) throw error;
    return { line: `skipped, ${error.message}: ${name}`, failed: error.fails };
  }
}

const packing = mkdtempSync(join(tmpdir(), 'callsheet-packed-'));
try {
  const pack = ['pack', '--silent', '--pack-destination', packing];
  execFileSync('npm', pack, { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] });
  const tarball = join(packing, readdirSync(packing)[0]);
  const ended = [
    tryLeg('alone', () => tryAlone(tarball)),
    ...PEERS.flatMap((set) => orSkip(set.peers.join(', '), () => tryPeers(tarball, set))),
  ];
  for (const { line } of ended) console.log(`package: ${line}`);
  process.exitCode = ended.some(({ failed }) => failed) ? 1 : 0;
} finally {
  rmSync(packing, { recursive: true, force: true });
}
