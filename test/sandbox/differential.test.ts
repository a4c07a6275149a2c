import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openContainer, useSandbox } from './harness.ts';
import { PROGRAMS } from './differential-programs.ts';

const sandbox = useSandbox({ workers: 1 });
const native = nativePython();
if (!native) {
  console.warn(
    'Skipped: the comparison with native Python, because there is no python3 of 3.11 or later.',
  );
}

/** The version of the python3 in the path. */
function nativePython(): string | undefined {
  try {
    const version = execFileSync('python3', ['-c', 'import sys; print(*sys.version_info[:2])'], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const [major = 0, minor = 0] = version.trim().split(' ').map(Number);
    return major === 3 && minor >= 11 ? `3.${minor}` : undefined;
  } catch {
    return undefined;
  }
}

interface Ending {
  readonly stdout: string;
  readonly returnCode: number;
  /** The last line of stderr. */
  readonly last: string;
}

function last(stderr: string): string {
  return stderr.trimEnd().split('\n').at(-1) ?? '';
}

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'callsheet-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function runNative(code: string): Ending {
  // Where the sandbox has its cells: in a file, after a prelude of three lines.
  mkdirSync(join(folder, 'cell_1'), { recursive: true });
  const file = join(folder, 'cell_1', 'cell.py');
  writeFileSync(file, `\n\n\n${code}`);
  const { stdout, stderr, status } = spawnSync('python3', ['-X', 'utf8', file], {
    encoding: 'utf8',
  });
  return {
    stdout: stdout.replaceAll(folder, '/tmp'),
    returnCode: status ?? -1,
    last: last(stderr),
  };
}

describe.skipIf(!native)(`the same as Python ${native ?? ''}`, () => {
  test.each(Object.entries(PROGRAMS))('%s', async (_, code) => {
    const { stdout, stderr, return_code } = await (await openContainer(sandbox)).play(code);
    const here: Ending = { stdout, returnCode: return_code, last: last(stderr) };
    expect(here).toEqual(runNative(code));
  });

  test.each(Object.entries(PROGRAMS).filter(([, code]) => code.includes('asyncio.run(main())')))(
    'and when a function runs it: %s',
    async (_, program) => {
      // The loop blocks its worker instead of being left.
      const code = program.replace('asyncio.run(main())', '(lambda: asyncio.run(main()))()');
      const { stdout, stderr, return_code } = await (await openContainer(sandbox)).play(code);
      const here: Ending = { stdout, returnCode: return_code, last: last(stderr) };
      expect(here).toEqual(runNative(code));
    },
  );
});
