/** Kits: what clients are installed from, and run with. A kit is installed once for each version of its manifest. */
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { commandClient } from '../../dist/probe/index.js';
import { cacheDirectory } from '../../dist/sandbox/cache-directory.js';
import { install, notHere, runQuietly, SkipError } from './registry.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const manifests = join(root, 'test/scoreboard/kits');
const clients = join(root, 'test/scoreboard/clients');

/**
 * Installs a kit, if it is not. Returns what says the version of a client in it, and what makes an adapter of one of its
 * programs. Throws a `SkipError` when it cannot be used here.
 */
export function openKit(name) {
  if (name === 'workspace') return inThisProcess(clients, join(root, 'node_modules'));
  if (name === 'node-20') return nodeKit(name);
  if (name === 'node-24') return inOtherNode(nodeKit(name));
  if (name === 'python') return inPython(openPython());
  throw new Error(`There is no kit "${name}".`);
}

/** The Python of the kit `python`: the interpreter of a virtual environment. */
export function openPython() {
  const requirements = readFileSync(join(manifests, 'python/requirements.txt'));
  const folder = prepared('python', { 'requirements.txt': requirements }, (folder) => {
    const made = runQuietly(['python3', '-m', 'venv', folder]);
    if (!made.ok) throw notHere(`python3 that makes virtual environments (${made.said})`);
    const pip = [join(folder, 'bin/python'), '-m', 'pip'];
    install([...pip, 'install', '--quiet', '--requirement', 'requirements.txt'], {
      cwd: folder,
      probe: [...pip, 'index', 'versions', 'pip'],
    });
  });
  return { folder, python: join(folder, 'bin/python') };
}

function nodeKit(name) {
  return kitOfManifest(name, readFileSync(join(manifests, name, 'package.json')));
}

/** A kit of packages, each in one version: `{ '@anthropic-ai/sdk': '0.116.0' }`. */
export function kitOfPackages(packages) {
  const manifest = { private: true, type: 'module', dependencies: packages };
  return kitOfManifest('packages', JSON.stringify(manifest));
}

function kitOfManifest(name, manifest) {
  const folder = prepared(name, { 'package.json': manifest }, (folder) => {
    const flags = ['--no-audit', '--no-fund', '--ignore-scripts', '--loglevel=error'];
    install(['npm', 'install', ...flags], {
      cwd: folder,
      probe: ['npm', 'view', 'npm', 'version'],
    });
  });
  return inThisProcess(folder, join(folder, 'node_modules'));
}

function inThisProcess(folder, modules) {
  return {
    folder,
    modules,
    version: (client) =>
      JSON.parse(readFileSync(join(modules, client, 'package.json'), 'utf8')).version,
    async adapter({ program, way, seam }) {
      const client = await import(pathToFileURL(join(folder, program)));
      return (assignment) =>
        client[way](seam === 'fetch' ? assignment : { ...assignment, fetch: undefined });
    },
  };
}

/** The newest of some clients run on the newest Node only; the registry has that too. */
function inOtherNode({ folder, modules, version }) {
  const [major] = process.versions.node.split('.');
  const own = Number(major) >= 24 ? process.execPath : undefined;
  const platform = process.platform === 'win32' ? 'win' : process.platform;
  const node = own ?? join(modules, `node-${platform}-${process.arch}`, 'bin/node');
  if (!existsSync(node)) throw new SkipError('the registry has no Node 24 for this platform');
  return {
    version,
    adapter: async ({ program, way }) =>
      commandClient([node, join(folder, 'run.mjs'), program, way]),
  };
}

function inPython({ folder, python }) {
  return {
    version: (client) =>
      runQuietly([python, '-c', `import importlib.metadata as m; print(m.version('${client}'))`])
        .said,
    adapter: async ({ program, way }) => commandClient([python, join(folder, program), way]),
  };
}

/** The folder of a kit, installed from its manifest if it is not, with the programs of today in it. */
function prepared(name, manifest, fill) {
  const [[file, text]] = Object.entries(manifest);
  const digest = createHash('sha256').update(text).digest('hex').slice(0, 12);
  const folder = join(cacheDirectory(), 'clients', `${name}-${digest}`);
  const done = join(folder, '.installed');
  if (!existsSync(done)) {
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, file), text);
    process.stderr.write(
      `callsheet: installing the clients of ${name}, once for these versions …\n`,
    );
    fill(folder);
    writeFileSync(done, '');
  }
  cpSync(clients, folder, { recursive: true });
  return folder;
}
