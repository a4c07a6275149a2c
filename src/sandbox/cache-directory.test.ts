import { expect, test } from 'vitest';
import { cacheDirectory } from './cache-directory.ts';

const home = (): string => '/home/ada';

test.each([
  [{ CALLSHEET_CACHE_DIR: '/fast' }, 'linux', '/fast'],
  [{ XDG_CACHE_HOME: '/xdg' }, 'linux', '/xdg/callsheet'],
  [{}, 'linux', '/home/ada/.cache/callsheet'],
  [{}, 'darwin', '/home/ada/.cache/callsheet'],
  [{ LOCALAPPDATA: 'C:\\Local', XDG_CACHE_HOME: '/xdg' }, 'win32', 'C:\\Local\\callsheet'],
] as const)('%o on %s keeps the cache in %s', (env, platform, expected) => {
  expect(cacheDirectory(env, platform, home)).toBe(expected);
});
