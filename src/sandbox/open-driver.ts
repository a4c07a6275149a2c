import type { BootedPython } from './boot.ts';
import { DRIVER_PACKAGE } from './build-snapshot.ts';

/** What the host calls of the Python driver: `driver/entry.py`. Text in, text out. */
export interface Driver {
  /** Of the block that holds the clock. */
  readonly address: number;
  readonly open: (text: string) => string;
  readonly run: (text: string) => string;
  readonly resume: (text: string) => string;
  readonly execute: (text: string) => string;
  readonly load: (text: string) => string;
}

/** Finds the driver in the snapshot and lets it take away what leads to JavaScript. */
export function openDriver({ api }: BootedPython): Driver {
  const entry = api.pyimport(`${DRIVER_PACKAGE}.entry`);
  const address = Number(api.runPython(`from ${DRIVER_PACKAGE} import clock as _c; _c.address()`));
  api.runPython('del _c');
  const { open_container: open, run, resume, execute, load, close } = entry;
  if (!open || !run || !resume || !execute || !load || !close) {
    throw new Error('The snapshot holds another version of the Python driver.');
  }
  close();
  return { address, open, run, resume, execute, load };
}

/** Empties the objects through which Python could have reached Pyodide's API, the module and the file system mounts. */
export function forgetApi({ api, module }: BootedPython): void {
  for (const name of Object.keys(module.FS.filesystems)) {
    if (name !== 'MEMFS') Reflect.deleteProperty(module.FS.filesystems, name);
  }
  for (const name of Object.getOwnPropertyNames(api)) Reflect.deleteProperty(api, name);
  Object.setPrototypeOf(api, null);
}
