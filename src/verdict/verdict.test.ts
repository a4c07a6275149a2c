import { expect, test } from 'vitest';
import type { EventInput, TranscriptEvent } from '../transcript/events.ts';
import { verdict } from './verdict.ts';

const transcript = (...events: EventInput[]): TranscriptEvent[] =>
  events.map((event) => ({ ...event, session: 's', at: 0 }));

const finding = (rule: string, request: string): EventInput => ({
  type: 'finding',
  rule,
  request,
  path: 'container',
  message: 'No container.',
  fix: 'Send it.',
});

test('a client that broke no rule gets an empty verdict', () => {
  expect(verdict(transcript({ type: 'turn.finished', turn: 0, stop_reason: 'end_turn' }))).toEqual(
    [],
  );
});

test('a rule broken twice is one entry, with the place where it was broken first', () => {
  const twice = transcript(
    finding('container.required', 'req_1'),
    finding('container.required', 'req_2'),
  );
  expect(verdict(twice)).toEqual([
    {
      rule: 'container.required',
      times: 2,
      session: 's',
      request: 'req_1',
      path: 'container',
      message: 'No container.',
      fix: 'Send it.',
      class: 'container-not-forwarded',
      severity: 'high',
      consequence: expect.stringContaining('refuses the answers'),
      docs: 'docs/bug-classes.md#container-not-forwarded',
    },
  ]);
});

test('a rule that no bug class breaks is as bad as what the API made of it', () => {
  const broken = finding('request.sampling_range', 'req_1');
  const answered = (status: number): EventInput => ({
    type: 'response.sent',
    request: 'req_1',
    status,
    body: {},
  });
  expect(verdict(transcript(broken, answered(400)))).toMatchObject([{ severity: 'high' }]);
  const [noted] = verdict(transcript(broken, answered(200)));
  expect(noted).toMatchObject({ severity: 'low' });
  expect(noted).not.toHaveProperty('class');
});

test('a script that fails is not held against the client', () => {
  expect(verdict(transcript(finding('fake.failed', 'req_1')))).toEqual([]);
});

test('calls of a cell that are never answered are held against the client [cell.abandoned]', () => {
  const paused: EventInput = { type: 'cell.paused', cell: 'srvtoolu_1' };
  expect(verdict(transcript(paused))).toMatchObject([
    { rule: 'cell.abandoned', message: expect.stringContaining('srvtoolu_1') },
  ]);
  const answered: EventInput = { type: 'call.answered', call: 'c', content: '', is_error: false };
  expect(verdict(transcript(paused, answered))).toEqual([]);
});

test('a paused turn that never goes on is held against the client [turn.abandoned]', () => {
  const paused: EventInput = { type: 'turn.paused', step: 0 };
  expect(verdict(transcript(paused))).toMatchObject([{ rule: 'turn.abandoned' }]);
  expect(verdict(transcript(paused, { type: 'text.written', step: 1, text: '' }))).toEqual([]);
});

test('a client whose answers were refused has not left them [cell.abandoned]', () => {
  const paused: EventInput = { type: 'cell.paused', cell: 'srvtoolu_1' };
  const refused: EventInput = { type: 'response.sent', request: 'r', status: 400, body: {} };
  expect(verdict(transcript(paused, refused))).toEqual([]);
  // One that could not be read at all belongs to no session.
  const unread = transcript(paused, refused).map((event) =>
    event.type === 'response.sent' ? { ...event, session: '' } : event,
  );
  expect(verdict(unread)).toEqual([]);
});
