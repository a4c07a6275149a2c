import { expect, test } from 'vitest';
import type { TranscriptEvent } from '../transcript/events.ts';
import { diagnose } from './diagnose.ts';

const received = (request: string, content: string): TranscriptEvent => ({
  type: 'request.received',
  session: 's',
  at: 0,
  request,
  body: {
    messages: [
      { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'toolu_1', content }] },
    ],
  },
});

test.each([
  ['another answer', 'order 2', 'write-repeated'],
  ['the same answer', 'order 1', undefined],
])('%s to a call that waits no more: has its tool run again?', (_, content, expected) => {
  const events = [received('req_1', 'order 1'), received('req_2', content)];
  const stale = { rule: 'reply.stale', session: 's', request: 'req_2', message: '' };
  expect(diagnose(stale, events)).toBe(expected);
});
