import { execFile, execFileSync } from 'node:child_process';
import { notHere } from '../../scripts/scoreboard/registry.mjs';

/**
 * The Python 3.11 of this machine: the interpreter itself, not a script of a version manager that looks for it at every
 * start. Throws a `SkipError` when it has none. Later ones say some things in other words.
 */
export function findPython(): string {
  const script = 'import sys; print(sys.executable, *sys.version_info[:2])';
  for (const name of ['python3.11', 'python3']) {
    try {
      const printed = execFileSync(name, ['-c', script], {
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'ignore'],
      });
      const [, executable] = /^(.*) 3 11$/m.exec(printed) ?? [];
      if (executable) return executable;
    } catch {
      // There is none of this name.
    }
  }
  throw notHere('Python 3.11');
}

export interface NativeRun {
  readonly stdout: string;
  readonly stderr: string;
  readonly returnCode: number;
}

/** Runs it to its end, while other things are done here. */
export function runPython(
  executable: string,
  args: readonly string[],
  { cwd, input = '' }: { readonly cwd?: string; readonly input?: string } = {},
): Promise<NativeRun> {
  return new Promise((resolve) => {
    const child = execFile(executable, args, { cwd, encoding: 'utf8' }, (_, stdout, stderr) => {
      resolve({ stdout, stderr, returnCode: child.exitCode ?? -1 });
    });
    child.stdin?.end(input);
  });
}
