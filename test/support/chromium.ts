import { existsSync } from 'node:fs';
import { notHere } from '../../scripts/scoreboard/registry.mjs';

const PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** The Chromium of this machine; throws a `SkipError` when it has none. `CHROMIUM` names another. */
export function findChromium(): string {
  const found = [process.env['CHROMIUM'], ...PLACES].find((path) => path && existsSync(path));
  if (!found) throw notHere('Chromium');
  return found;
}
