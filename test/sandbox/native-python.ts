import { execFile, execFileSync } from 'node:child_process';

export interface NativePython {
  /** The interpreter itself, not a script of a version manager that looks for it at every start. */
  readonly executable: string;
  /** Such as `3.11`. */
  readonly version: string;
}

/** The Python of this machine, if there is one of a minor version of 3 that will do. */
export function findPython(willDo: (minor: number) => boolean): NativePython | undefined {
  const script = 'import sys; print(sys.executable, *sys.version_info[:2], sep="\\n")';
  for (const name of ['python3.11', 'python3']) {
    try {
      const printed = execFileSync(name, ['-c', script], {
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'ignore'],
      });
      const [executable = '', major, minor] = printed.trim().split('\n');
      if (major === '3' && willDo(Number(minor))) return { executable, version: `3.${minor}` };
    } catch {
      // There is none of this name.
    }
  }
  return undefined;
}

export interface NativeRun {
  readonly stdout: string;
  readonly stderr: string;
  readonly returnCode: number;
}

/** Runs it to its end, while other things are done here. */
export function runPython(
  { executable }: NativePython,
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
