import { homedir } from 'node:os';
import { posix, win32 } from 'node:path';

/** Where callsheet keeps what it can make again: `CALLSHEET_CACHE_DIR`, else the platform's cache folder. */
export function cacheDirectory(
  env: Readonly<Record<string, string | undefined>> = process.env,
  platform: NodeJS.Platform = process.platform,
  home: () => string = homedir,
): string {
  const chosen = env['CALLSHEET_CACHE_DIR'];
  if (chosen) return chosen;
  const path = platform === 'win32' ? win32 : posix;
  const local = platform === 'win32' ? env['LOCALAPPDATA'] : env['XDG_CACHE_HOME'];
  return local ? path.join(local, 'callsheet') : path.join(home(), '.cache', 'callsheet');
}
