import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { vi } from 'vitest';
import { createProgram, runProgram } from '../../dist/cli/program.js';

const main = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));

export interface Ended {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the command line in a folder, as its user does. */
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

/**
 * What the command line does, in this process: it need not start anew, nor does Python. Whatever is about the process
 * itself (environment, colours, other commands) takes `callsheet`.
 */
export async function callsheetHere(args: readonly string[], cwd: string): Promise<Ended> {
  const before = process.cwd();
  const written = { stdout: '', stderr: '' };
  const caught = (['stdout', 'stderr'] as const).map((stream) =>
    vi.spyOn(process[stream], 'write').mockImplementation((text) => {
      written[stream] += String(text);
      return true;
    }),
  );
  process.chdir(cwd);
  try {
    const status = await runProgram(createProgram(), args);
    return { status, ...written };
  } finally {
    process.chdir(before);
    for (const each of caught) each.mockRestore();
  }
}
