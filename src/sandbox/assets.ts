import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { cacheDirectory } from './cache-directory.ts';
import { readDriverSources } from './driver-sources.ts';
import type { DriverSources } from './snapshot-contents.ts';
import type { Wheel } from './packages/find-wheels.ts';
import { readShippedSnapshot } from './shipped-snapshot.ts';
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
  const [wasm, { key, driver, cached }] = await Promise.all([
    readFile(require.resolve('pyodide/pyodide.asm.wasm')).then((bytes) => compileWasm(bytes)),
    findCached(directory),
  ]);
  if (cached) return { wasm, snapshot: cached };
  const made = (await readShippedSnapshot(key)) ?? (await build(wasm, driver));
  await writeSnapshot(directory, key, made);
  return { wasm, snapshot: share(made) };
}

async function findCached(
  directory: string,
): Promise<Description & { cached: Uint8Array | undefined }> {
  const interpreter = await describeInterpreter();
  return { ...interpreter, cached: await readSnapshot(directory, interpreter.key) };
}

function build(wasm: WasmModule, driver: DriverSources): Promise<Uint8Array> {
  const stopNotice = startRealTimer(SLOW, () => process.stderr.write(NOTICE));
  return buildInWorker(wasm, driver).finally(stopNotice);
}

/** Names everything a heap depends on: images of containers fit interpreters of the same version only. */
export async function interpreterVersion(): Promise<string> {
  return (await describeInterpreter()).key;
}

interface Description {
  readonly key: string;
  readonly driver: DriverSources;
}

let description: Promise<Description> | undefined;

/** Once per process: what it runs stays what it was, whatever becomes of the files. */
function describeInterpreter(): Promise<Description> {
  description ??= readDescription();
  description.catch(() => (description = undefined));
  return description;
}

async function readDescription(): Promise<Description> {
  const require = createRequire(import.meta.url);
  const [driver, manifest, host] = await Promise.all([
    readDriverSources(),
    readFile(require.resolve('pyodide/package.json'), 'utf8'),
    readHostSources(),
  ]);
  const { version }: { version: string } = JSON.parse(manifest);
  return {
    key: snapshotKey({ pyodide: version, driver, host }),
    driver,
  };
}

/**
 * The modules that have a part in what a heap is before its first container, in the form that runs: images of containers
 * are what differs from that.
 */
async function readHostSources(): Promise<string> {
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
    'random-stream',
    'standard-streams',
  ];
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
