import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { SandboxError } from '../sandbox-error.ts';

/** Packages for the containers of a sandbox, from wheels on this machine. Nothing is downloaded. */
export interface SandboxPackages {
  /** Names as in `pip install`, with what they depend on; loaded in this order. */
  readonly names: readonly string[];
  /** The folder with their wheels. */
  readonly dir: string;
}

/** One wheel to load. */
export interface Wheel {
  readonly file: string;
  /** In shared memory: one copy for all workers. */
  readonly bytes: Uint8Array;
}

const PYTHON = 'cp314';
const PLATFORM = 'pyemscripten_2026_0_wasm32';

/**
 * Reads the wheels of packages, in the order of their names.
 * @throws SandboxError when one is not there, with the command that gets it.
 */
export async function findWheels({ names, dir }: SandboxPackages): Promise<Wheel[]> {
  const files = await readdir(dir).catch((): string[] => []);
  return Promise.all(
    names.map(async (name) => {
      const file = files
        .filter((candidate) => fits(candidate, name))
        .toSorted(byName)
        .at(-1);
      if (file === undefined) throw missing(name, dir, files);
      return { file, bytes: share(await readFile(join(dir, file))) };
    }),
  );
}

function fits(file: string, name: string): boolean {
  const [distribution = '', , ...tags] = file.replace(/\.whl$/, '').split('-');
  if (!file.endsWith('.whl') || normalise(distribution) !== normalise(name)) return false;
  const [python = '', abi = '', platform = ''] = tags.slice(-3);
  if (platform === 'any') return /\bpy3\b/.test(python);
  return platform === PLATFORM && (abi === 'abi3' || (abi === PYTHON && python === PYTHON));
}

/** As PEP 503 compares names. */
function normalise(name: string): string {
  return name.toLowerCase().replaceAll(/[-_.]+/g, '-');
}

function byName(a: string, b: string): number {
  return a < b ? -1 : 1;
}

function missing(name: string, dir: string, files: readonly string[]): SandboxError {
  const others = files.filter(
    (file) => file.endsWith('.whl') && normalise(file.split('-')[0] ?? '') === normalise(name),
  );
  const there = others.length > 0 ? ` (there is ${others.join(', ')}, for another platform)` : '';
  return new SandboxError(
    'package.missing',
    `No wheel of "${name}" for ${PYTHON} and ${PLATFORM} in "${dir}"${there}. Get it with:\n` +
      `pip download --no-deps --only-binary :all: --implementation cp --python-version 3.14 --abi ${PYTHON} ` +
      `--platform ${PLATFORM} --dest "${dir}" ${name}`,
  );
}

function share(bytes: Uint8Array): Uint8Array {
  const shared = new Uint8Array(new SharedArrayBuffer(bytes.length));
  shared.set(bytes);
  return shared;
}
