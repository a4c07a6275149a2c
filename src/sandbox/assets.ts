import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { cacheDirectory } from './cache-directory.ts';
import { readDriverSources } from './driver-sources.ts';
import { readSnapshot, snapshotKey, writeSnapshot } from './snapshot-cache.ts';
import { compileWasm, type WasmModule } from './wasm.ts';
import { buildInWorker } from './worker-thread.ts';

/** What every worker boots from. */
export interface Assets {
  readonly wasm: WasmModule;
  /** In shared memory. */
  readonly snapshot: Uint8Array;
}

const loading = new Map<string, Promise<Assets>>();

/** Loads the interpreter and its snapshot, once per process and cache folder; builds the snapshot when there is none. */
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
  const [wasm, snapshot] = await Promise.all([
    readFile(require.resolve('pyodide/pyodide.asm.wasm')).then((bytes) => compileWasm(bytes)),
    findSnapshot(directory, require),
  ]);
  if ('found' in snapshot) return { wasm, snapshot: share(snapshot.found) };
  const built = await buildInWorker(wasm, snapshot.driver);
  await writeSnapshot(directory, snapshot.key, built);
  return { wasm, snapshot: share(built) };
}

async function findSnapshot(
  directory: string,
  require: NodeJS.Require,
): Promise<{ found: Uint8Array } | { key: string; driver: Record<string, string> }> {
  const [driver, manifest, host] = await Promise.all([
    readDriverSources(),
    readFile(require.resolve('pyodide/package.json'), 'utf8'),
    readHostSources(),
  ]);
  const { version }: { version: string } = JSON.parse(manifest);
  const key = snapshotKey({ pyodide: version, node: process.versions.node, driver, host });
  const found = await readSnapshot(directory, key);
  return found ? { found } : { key, driver };
}

/** The modules that take part in building a snapshot, in the form that runs. */
async function readHostSources(): Promise<string> {
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
  const names = ['boot', 'build-snapshot', 'clock-block', 'host-imports', 'random-stream'];
  const texts = await Promise.all(
    names.map((name) => readFile(new URL(`./${name}.${extension}`, import.meta.url), 'utf8')),
  );
  return texts.join('');
}

function share(bytes: Uint8Array): Uint8Array {
  const shared = new Uint8Array(new SharedArrayBuffer(bytes.length));
  shared.set(bytes);
  return shared;
}
