/** Runs package managers, and says why one failed. */
import { spawnSync } from 'node:child_process';

/**
 * Something cannot be tried here. In CI, where `CI` is set, that is a failure; not so when nobody could help it, because a
 * registry cannot be reached: `excused`.
 */
export class SkipError extends Error {
  constructor(reason, { excused = false } = {}) {
    super(reason);
    this.fails = Boolean(process.env.CI) && !excused;
  }
}

/**
 * What cannot be tried for want of something that `.ci/run` installs from Debian. `DEBIAN_UNREACHABLE` says that it could not.
 */
export function notHere(what) {
  return new SkipError(`there is no ${what} here`, {
    excused: Boolean(process.env.DEBIAN_UNREACHABLE),
  });
}

/** Runs a command to its end, silently. Returns whether it could and did, and the last line it printed. */
export function runQuietly([command, ...args], options = {}) {
  const { status, stdout, stderr, error } = spawnSync(command, args, {
    encoding: 'utf8',
    ...options,
  });
  const said = `${error?.message ?? ''}${stdout ?? ''}${stderr ?? ''}`.trim().split('\n');
  return { ok: status === 0, said: said.at(-1) };
}

/** Installs from a registry; when that fails, `probe` finds out whether the registry can be reached at all. */
export function install(command, { cwd, probe }) {
  const { ok, said } = runQuietly(command, { cwd });
  if (ok) return;
  if (runQuietly(probe).ok) throw new SkipError(`it cannot be installed: ${said}`);
  throw new SkipError('the registry cannot be reached', { excused: true });
}
