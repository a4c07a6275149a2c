import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { cacheDirectory } from './cache-directory.ts';
import { readDriverSources } from './driver-sources.ts';
import type { DriverSources } from './snapshot-contents.ts';
import type { Wheel } from './packages/find-wheels.ts';
import { readSnapshot, snapshotKey, writeSnapshot } from './snapshot-cache.ts';
import { compileWasm, type WasmModule } from './wasm.ts';
import { startRealTimer } from './real-timer.ts';
import { buildInWorker } from './worker-thread.ts';

/** What every worker boots from. */
export interface Assets {
  readonly wasm: WasmModule;
  /** In shared memory. */
  readonly snapshot: Uint8Array;
  /** Packages it loads when it boots. */
  readonly wheels?: readonly Wheel[] | undefined;
}

/** Real milliseconds after which somebody may wonder. */
const SLOW = 1000;
const NOTICE = 'callsheet: preparing Python, once for this version …\n';

const loading = new Map<string, Promise<Assets>>();

/**
 * Loads the interpreter and its snapshot, once per process and cache folder. A snapshot that is not in the cache is unpacked
 * from the package; where the package has none, as in a clone, it is built.
 */
export function loadAssets(directory: string = cacheDirectory()): Promise<Assets> {
  const known = loading.get(directory);
  if (known) return known;
  const assets = load(directory);
  loading.set(directory, assets);
  assets.catch(() => loading.delete(directory));
  return assets;
}

async function load(directory: string): Promise<Assets> {
  const require = createRequire(import.meta.url);
  // Read at once, to be compiled by the engine's own threads while the snapshot is read and checked.
  const compiling = compileWasm(readFileSync(require.resolve('pyodide/pyodide.asm.wasm')));
  const { key, driver } = describeInterpreter();
  const cached = readSnapshot(directory, key);
  const wasm = await compiling;
  if (cached) return { wasm, snapshot: cached };
  const { readShippedSnapshot } = await import('./shipped-snapshot.ts');
  const snapshot = (await readShippedSnapshot(key)) ?? share(await build(wasm, driver));
  await writeSnapshot(directory, key, snapshot);
  return { wasm, snapshot };
}

function build(wasm: WasmModule, driver: DriverSources): Promise<Uint8Array> {
  const stopNotice = startRealTimer(SLOW, () => process.stderr.write(NOTICE));
  return buildInWorker(wasm, driver).finally(stopNotice);
}

/** Names everything a heap depends on: images of containers fit interpreters of the same version only. */
export function interpreterVersion(): string {
  return describeInterpreter().key;
}

interface Description {
  readonly key: string;
  readonly driver: DriverSources;
}

let description: Description | undefined;

/** Once per process: what it runs stays what it was, whatever becomes of the files. */
function describeInterpreter(): Description {
  return (description ??= readDescription());
}

function readDescription(): Description {
  const require = createRequire(import.meta.url);
  const driver = readDriverSources();
  const manifest = readFileSync(require.resolve('pyodide/package.json'), 'utf8');
  const { version }: { version: string } = JSON.parse(manifest);
  return { key: snapshotKey({ pyodide: version, driver, host: readHostSources() }), driver };
}

/**
 * The modules that have a part in what a heap is before its first container, in the form that runs: images of containers
 * are what differs from that.
 */
function readHostSources(): string {
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
  const names = [
    'boot',
    'build-snapshot',
    'clock-block',
    'close-realm',
    'cpu-meter',
    'devices',
    'file-image',
    'file-quota',
    'heap-image',
    'host-imports',
    'interpreter',
    'interpreter-memory',
    'open-driver',
    'pages',
    'random-stream',
    'standard-streams',
  ];
  return names
    .map((name) => readFileSync(new URL(`./${name}.${extension}`, import.meta.url), 'utf8'))
    .join('');
}

function share(bytes: Uint8Array): Uint8Array {
  const shared = new Uint8Array(new SharedArrayBuffer(bytes.length));
  shared.set(bytes);
  return shared;
}
