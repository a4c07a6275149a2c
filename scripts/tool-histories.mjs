#!/usr/bin/env node
/**
 * Compares the tools of published MCP servers version by version, as `callsheet check` would: `npm run histories`.
 *
 * Installs the servers into a temporary folder, asks each for its tools and prints what changed, and how often it cannot be
 * told whether a change breaks callers. Exit code 1 when that is 10 % or more. A server that does not start is left out and
 * said. What cannot be installed is skipped; with CI=true that is a failure, unless the registry cannot be reached. Runs on
 * the built files.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { compareTools, readTools } from '../dist/contract/index.js';
import { install, SkipError } from './scoreboard/registry.mjs';

/** Servers that tell their tools without an account, and versions of them, the oldest first. */
const SERVERS = {
  '@modelcontextprotocol/server-filesystem': ['0.6.2', '2025.7.1', '2025.12.18', '2026.8.31'],
  '@modelcontextprotocol/server-everything': ['0.6.2', '2025.5.12', '2025.12.18', '2026.8.31'],
  '@modelcontextprotocol/server-github': ['2025.1.23', '2025.4.8'],
  '@modelcontextprotocol/server-memory': ['0.6.2', '2025.9.25', '2026.8.31'],
  '@notionhq/notion-mcp-server': ['1.8.0', '1.9.1', '2.0.0', '2.5.2'],
  'chrome-devtools-mcp': ['0.8.1', '0.12.0', '0.17.3', '0.26.0', '1.11.0'],
};
const ARGUMENTS = {
  '@modelcontextprotocol/server-filesystem': (folder) => [folder],
  '@modelcontextprotocol/server-everything': () => ['stdio'],
};
const KINDS = ['breaking', 'unknown', 'compatible', 'cosmetic', 'unchanged'];
const LIMIT = 0.1;
const START_LIMIT_MS = 30_000;

const alias = (name, version) => `${name.replaceAll(/\W+/g, '-')}-${version}`.replace(/^-/, '');

/** The tools that a server lists over its standard streams. */
async function listTools(folder, name, version) {
  const home = join(folder, 'node_modules', alias(name, version));
  const { bin } = JSON.parse(readFileSync(join(home, 'package.json'), 'utf8'));
  const program = join(home, typeof bin === 'string' ? bin : Object.values(bin)[0]);
  const child = spawn(process.execPath, [program, ...(ARGUMENTS[name]?.(folder) ?? [])], {
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  const timer = setTimeout(() => child.kill(), START_LIMIT_MS);
  child.stdin.on('error', () => {});
  const send = (message) =>
    child.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
  const params = {
    protocolVersion: '2025-03-26',
    capabilities: {},
    clientInfo: { name: 'callsheet', version: '0' },
  };
  send({ id: 1, method: 'initialize', params });
  try {
    for await (const line of createInterface({ input: child.stdout })) {
      const { id, result } = line.startsWith('{') ? JSON.parse(line) : {};
      if (id === 1) {
        send({ method: 'notifications/initialized' });
        send({ id: 2, method: 'tools/list', params: {} });
      }
      if (id === 2 && result) return readTools(result.tools);
    }
    return undefined;
  } finally {
    clearTimeout(timer);
    child.kill();
  }
}

/** What became of each tool of one version in the next: the worst of its changes. */
function judge(before, after) {
  const changes = compareTools(before, after);
  return before.map(({ name }) => {
    const own = changes.filter(({ tool }) => tool === name);
    const worst = KINDS.find((kind) => own.some((change) => change.kind === kind));
    return { name, worst: worst ?? 'unchanged', changes: own };
  });
}

async function compareHistory(folder, name, versions) {
  const lists = [];
  for (const version of versions) {
    const tools = await listTools(folder, name, version);
    if (tools) lists.push({ version, tools });
    else console.log(`${name}@${version} does not list its tools here: left out`);
  }
  return lists.slice(1).flatMap(({ version, tools }, i) => {
    const before = lists[i];
    const judged = judge(before.tools, tools);
    const counts = KINDS.flatMap((kind) => {
      const count = judged.filter(({ worst }) => worst === kind).length;
      return count === 0 ? [] : [`${count} ${kind}`];
    });
    console.log(`${name} ${before.version} → ${version}: ${counts.join(', ')}`);
    for (const { name: tool, changes } of judged) {
      for (const { kind, rule, path, message } of changes) {
        if (kind === 'unknown') console.log(`  ? ${tool} ${path}: ${message}  ${rule}`);
      }
    }
    return judged;
  });
}

async function main(folder) {
  writeFileSync(join(folder, 'package.json'), '{"private": true}');
  const wanted = Object.entries(SERVERS).flatMap(([name, versions]) =>
    versions.map((version) => `${alias(name, version)}@npm:${name}@${version}`),
  );
  const installing = ['npm', 'install', '--ignore-scripts', '--no-audit', '--no-fund'];
  install([...installing, '--loglevel=error', ...wanted], {
    cwd: folder,
    probe: ['npm', 'view', 'npm', 'version'],
  });
  const judged = [];
  for (const [name, versions] of Object.entries(SERVERS)) {
    judged.push(...(await compareHistory(folder, name, versions)));
  }
  const differing = judged.filter(({ worst }) => worst !== 'unchanged' && worst !== 'cosmetic');
  const unknown = differing.filter(({ worst }) => worst === 'unknown').length;
  const rate = unknown / differing.length;
  console.log(
    `histories: ${judged.length} tools compared, ${differing.length} differ, ` +
      `of ${unknown} (${(rate * 100).toFixed(1)} %) it cannot be told whether callers break`,
  );
  return differing.length > 0 && rate < LIMIT ? 0 : 1;
}

const folder = mkdtempSync(join(tmpdir(), 'callsheet-histories-'));
try {
  process.exitCode = await main(folder);
} catch (error) {
  if (!(error instanceof SkipError)) throw error;
  console.log(`histories: skipped, ${error.message}`);
  process.exitCode = error.fails ? 1 : 0;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
