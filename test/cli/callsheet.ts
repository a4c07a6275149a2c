import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const main = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));

export interface Ended {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the command line in a folder, as its user does: for what is about the process itself. Else `callsheetHere` is faster. */
export function callsheet(
  args: readonly string[],
  cwd: string,
  env: NodeJS.ProcessEnv = {},
): Ended {
  const { status, stdout, stderr } = spawnSync(process.execPath, [main, ...args], {
    cwd,
    encoding: 'utf8',
    env: { ...process.env, CI: undefined, FORCE_COLOR: undefined, ...env },
  });
  return { status, stdout, stderr };
}
