import { readdirSync, readFileSync } from 'node:fs';
import type { DriverSources } from './snapshot-contents.ts';

/** The driver's folder. Reached from `src` and from `dist` alike: the package ships its sources. */
const FOLDER = new URL('../../src/sandbox/driver/', import.meta.url);

/** Reads the driver's modules. At once, for they are few and small. */
export function readDriverSources(): DriverSources {
  const files = readdirSync(FOLDER).filter((name) => name.endsWith('.py'));
  const entries = files.map((name) => {
    const text = readFileSync(new URL(name, FOLDER), 'utf8');
    // The same bytes whatever a checkout did to line ends.
    return [name.slice(0, -'.py'.length), text.replaceAll('\r\n', '\n')] as const;
  });
  return Object.fromEntries(entries.toSorted(([a], [b]) => (a < b ? -1 : 1)));
}
