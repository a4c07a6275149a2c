/** Other versions of Node, from their npm packages, in a temporary folder that is kept. */
import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { install } from './scoreboard/registry.mjs';

/** The majors that are supported. */
export const MAJORS = [20, 22, 24, 26];

/** The program of the newest Node of a major; this one where it is of that major. Throws a `SkipError` when there is none. */
export function findNode(major) {
  if (process.versions.node.startsWith(`${major}.`)) return process.execPath;
  const folder = join(tmpdir(), `callsheet-node-${major}`);
  mkdirSync(folder, { recursive: true });
  const installing = ['npm', 'install', '--no-save', '--no-audit', '--no-fund', '--loglevel=error'];
  install([...installing, '--prefix', folder, `node@${major}`], {
    cwd: folder,
    probe: ['npm', 'view', 'npm', 'version'],
  });
  return join(folder, 'node_modules', 'node', 'bin', 'node');
}

/** Such as `v24.1.0`. */
export function versionOf(node) {
  return execFileSync(node, ['--version'], { encoding: 'utf8' }).trim();
}
