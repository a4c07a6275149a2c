import { createProgram, runProgram } from '../../dist/cli/program.js';
import type { Ended } from './callsheet.ts';

/**
 * Runs the command line in this process: all of it but `main`, and much faster than one of its own. What a command that it
 * starts prints is not in what it returns.
 */
export async function callsheetHere(
  args: readonly string[],
  { cwd = process.cwd(), env = {} }: { cwd?: string; env?: NodeJS.ProcessEnv } = {},
): Promise<Ended> {
  const printed = { stdout: '', stderr: '' };
  const before = { cwd: process.cwd(), env: { ...process.env } };
  const restore = (['stdout', 'stderr'] as const).map((name) => {
    // Its own property hides the one of its class.
    const write = (text: string | Uint8Array): boolean => {
      printed[name] += String(text);
      return true;
    };
    Object.defineProperty(process[name], 'write', { value: write, configurable: true });
    return () => Reflect.deleteProperty(process[name], 'write');
  });
  Object.assign(process.env, env);
  for (const name of ['CI', 'FORCE_COLOR']) if (!(name in env)) delete process.env[name];
  process.chdir(cwd);
  try {
    const status = await runProgram(createProgram(), args);
    return { status, ...printed };
  } finally {
    for (const each of restore) each();
    process.chdir(before.cwd);
    for (const name of Object.keys(process.env)) {
      if (!(name in before.env)) delete process.env[name];
    }
    Object.assign(process.env, before.env);
  }
}
