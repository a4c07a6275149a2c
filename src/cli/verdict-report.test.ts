import { expect, test } from 'vitest';
import { palette } from './text-report.ts';
import { reportVerdict } from './verdict-report.ts';

const colors = palette({});

test('a clean verdict is one line', () => {
  expect(reportVerdict([], colors)).toBe('verdict  no rule broken\n');
});

test('a rule is a paragraph: how often, where first, what was done and how to mend it', () => {
  const once = {
    rule: 'cell.abandoned',
    times: 1,
    session: 's',
    message: 'Line 1.\nLine 2.',
    severity: 'high' as const,
    consequence: 'It hangs.',
    fix: 'Go on.',
  };
  const docs = 'docs/bug-classes.md#call-unanswered';
  const often = {
    ...once,
    docs,
    rule: 'reply.missing',
    times: 3,
    request: 'req_1',
    path: 'messages.2',
  };
  expect(reportVerdict([once, often], colors)).toBe(`verdict  2 rules broken

  ✗ cell.abandoned  once, in session s
      Line 1.
      Line 2.
      why  It hangs. (high)
      fix  Go on.

  ✗ reply.missing  3 times, first in request req_1 at messages.2
      Line 1.
      Line 2.
      why  It hangs. (high)
      fix  Go on.
      see  docs/bug-classes.md#call-unanswered
`);
});
