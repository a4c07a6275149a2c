import { expect, test } from 'vitest';
import type { EventInput, TranscriptEvent } from '../../transcript/events.ts';
import { allowedCallers } from './allowed-callers.ts';
import { approvedFirst } from './approved-first.ts';

const transcript = (...events: EventInput[]): TranscriptEvent[] =>
  events.map((event) => ({ ...event, session: 's', at: 0 }));

const declared = (allowed_callers?: string[]): EventInput => ({
  type: 'request.received',
  request: 'r',
  body: { tools: [{ name: 'write', ...(allowed_callers && { allowed_callers }) }] },
});
const direct = { type: 'direct' } as const;
const code = { type: 'code_execution_20260120', tool_id: 'srvtoolu_1' } as const;
const called = (caller: typeof direct | typeof code): EventInput[] => [
  { type: 'call.made', call: 'c', name: 'write', input: {}, caller },
  { type: 'tool.started', name: 'write', call: 'c' },
];

test.each([
  ['code', ['code_execution_20260120'], code, 0],
  ['another version', ['code_execution_20260521'], code, 0],
  ['Claude, by default', undefined, direct, 0],
  ['Claude, where only code may', ['code_execution_20260120'], direct, 1],
  ['code, where only Claude may', undefined, code, 1],
])('a tool that runs for %s', (_title, allowed, caller, breaches) => {
  expect(allowedCallers(transcript(declared(allowed), ...called(caller)))).toHaveLength(breaches);
});

test('every run needs an approval of its own', () => {
  const holds = approvedFirst({ tools: ['write'], approval: 'ask' });
  const asked: EventInput = { type: 'tool.finished', name: 'ask' };
  const refused: EventInput = { type: 'tool.failed', name: 'ask', error: 'No.' };
  const ran: EventInput = { type: 'tool.started', name: 'write' };
  expect(holds(transcript(asked, ran, asked, ran))).toEqual([]);
  expect(holds(transcript(asked, asked, ran, ran))).toEqual([]);
  expect(holds(transcript(asked, ran, ran))).toMatchObject([
    { rule: 'invariant.approved_first', times: 1 },
  ]);
  expect(holds(transcript(refused, ran))).toHaveLength(1);
});
