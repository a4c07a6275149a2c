import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { orSkip } from '../support/or-skip.ts';
import { openContainer, useSandbox } from './harness.ts';
import { findPython, runPython } from './native-python.ts';
import { PROGRAMS } from './differential-programs.ts';

const sandbox = useSandbox({ workers: 1 });
const python = orSkip('the comparison with native Python', findPython);

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

async function runNative(code: string, name: string): Promise<Ending> {
  if (!python) throw new Error('There is no native Python.');
  // Where the sandbox has its cells: in a file, after a prelude of three lines.
  const own = join(folder, name);
  mkdirSync(join(own, 'cell_1'), { recursive: true });
  const file = join(own, 'cell_1', 'cell.py');
  writeFileSync(file, `\n\n\n${code}`);
  const { stdout, stderr, returnCode } = await runPython(python, ['-X', 'utf8', file]);
  return { stdout: stdout.replaceAll(own, '/tmp'), returnCode, last: last(stderr) };
}

async function runHere(code: string): Promise<Ending> {
  const { stdout, stderr, return_code } = await (await openContainer(sandbox)).play(code);
  return { stdout, returnCode: return_code, last: last(stderr) };
}

async function expectTheSame(code: string, name: string): Promise<void> {
  const [here, there] = await Promise.all([runHere(code), runNative(code, name)]);
  expect(here).toEqual(there);
}

// Natively sleeps are real: on a busy machine a program may do things in another order than its delays say.
describe.skipIf(!python)('the same as Python 3.11', { retry: 2 }, () => {
  test.each(Object.entries(PROGRAMS))('%s', (name, code) => expectTheSame(code, name));

  test.each(Object.entries(PROGRAMS).filter(([, code]) => code.includes('asyncio.run(main())')))(
    'and when a function runs it: %s',
    (name, program) => {
      // The loop blocks its worker instead of being left.
      const code = program.replace('asyncio.run(main())', '(lambda: asyncio.run(main()))()');
      return expectTheSame(code, name);
    },
  );
});
