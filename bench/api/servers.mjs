import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { TEXT } from './texts.mjs';

const AIMOCK = '@copilotkit/aimock@1.43.0';
const main = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
const folder = join(tmpdir(), 'callsheet-bench-aimock-1.43.0');

/** Installs aimock outside of the repository, once. Returns why not, if it cannot. */
export function installAimock() {
  if (existsSync(join(folder, 'node_modules/@copilotkit/aimock'))) return undefined;
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), '{ "private": true }');
  const args = ['install', '--no-audit', '--no-fund', '--ignore-scripts', AIMOCK];
  const { status, stderr } = spawnSync('npm', args, { cwd: folder, encoding: 'utf8' });
  return status === 0 ? undefined : (stderr.match(/npm error.*/)?.[0] ?? 'npm failed');
}

/** `callsheet serve` with a scenario of one text turn that answers anything. */
export async function startCallsheet() {
  mkdirSync(folder, { recursive: true });
  const file = join(folder, 'bench.yaml');
  const turn = { claude: [{ says: TEXT }] };
  writeFileSync(file, JSON.stringify({ scenario: 'bench', turns: [turn] }));
  return start([main, 'serve', file], await freePort());
}

/** aimock with a fixture that answers the same; it is told not to log. Of its requests it keeps the last 1,000. */
export async function startAimock() {
  const file = join(folder, 'fixtures.json');
  const fixture = { match: { userMessage: 'hello' }, response: { content: TEXT } };
  writeFileSync(file, JSON.stringify({ fixtures: [fixture] }));
  const bin = join(folder, 'node_modules/.bin/llmock');
  return start([bin, '-f', file, '--log-level', 'silent'], await freePort());
}

async function start(args, port) {
  const child = spawn(process.execPath, [...args, '--port', String(port)], { stdio: 'ignore' });
  const url = `http://127.0.0.1:${port}`;
  // Whatever ends the benchmark ends its servers.
  process.once('exit', () => child.kill());
  const deadline = performance.now() + 20_000;
  // Any answer will do: it listens.
  while (!(await fetch(`${url}/v1/models`).catch(() => undefined))) {
    if (performance.now() > deadline || child.exitCode !== null)
      throw new Error('It did not start.');
  }
  const stop = () =>
    new Promise((resolve) => {
      child.once('exit', resolve);
      child.kill();
    });
  return { url, stop };
}

function freePort() {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}
