import { expect, test } from 'vitest';
import { createProgress, type ProgressStream } from './progress.ts';

/** What is written to a stream while two steps are taken. */
function twoSteps(of: Omit<ProgressStream, 'write'>, env: NodeJS.ProcessEnv = {}): string {
  let written = '';
  const progress = createProgress(2, { ...of, write: (text) => (written += text) }, env);
  progress.step('one');
  progress.step('another with a long name');
  progress.clear();
  progress.clear();
  return written;
}

test('a terminal has one line, no longer than it is wide, and gone in the end', () => {
  expect(twoSteps({ isTTY: true, columns: 21 }).split('\r\u001B[K')).toEqual([
    '',
    'one (1 of 2)',
    'another with a long ',
    '',
  ]);
});

test('the log of a CI has a line a step', () => {
  expect(twoSteps({}, { CI: 'true' })).toBe(
    'callsheet: one (1 of 2)\ncallsheet: another with a long name (2 of 2)\n',
  );
});

test('elsewhere nothing is said', () => {
  expect(twoSteps({})).toBe('');
});
