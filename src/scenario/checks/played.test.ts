import { expect, test } from 'vitest';
import {
  begins,
  cell,
  codeCall,
  ends,
  handMade,
  prints,
} from '../../../test/scenario/hand-made-transcript.ts';
import { scenario } from '../scenario.ts';
import { checkPlayed } from './played.ts';

const totals = scenario('weekly totals', (claude) => {
  claude.onUser(/total/i).says('Fetching.').runs('await fetch({})').says('7');
  claude.onUser('Thanks').optional().says('Welcome.');
  claude.onUser(/mean/i).says('3.5');
});

const messages = (...args: Parameters<typeof checkPlayed>) =>
  checkPlayed(...args).map(({ message }) => message);

test('a scenario whose turns were all played to their end is played', () => {
  const all = handMade(
    begins('turn 1'),
    ends(),
    begins('turn 2'),
    ends(),
    begins('turn 3'),
    ends(),
  );
  expect(messages(totals, all)).toEqual([]);
});

test('an optional turn may be left out', () => {
  expect(messages(totals, handMade(begins('turn 1'), ends(), begins('turn 3'), ends()))).toEqual(
    [],
  );
});

test('a turn that was never played is named', () => {
  expect(messages(totals, handMade(begins('turn 1'), ends()))).toEqual([
    'Scenario "weekly totals": turn 3 of 3 (user: /mean/i) was never played.',
  ]);
});

test('without any turn the first one was never played', () => {
  const refused = handMade({ type: 'request.received', request: 'req_1', body: {} });
  expect(messages(totals, refused)).toEqual([
    'Scenario "weekly totals": turn 1 of 3 (user: /total/i) was never played.',
  ]);
});

test('without any request it is said that none came', () => {
  expect(messages(totals, [])).toEqual([
    'Scenario "weekly totals": turn 1 of 3 (user: /total/i) was never played.\n' +
      '  No request came at all: does the client of the agent talk to this fake, and is what it does awaited?',
  ]);
});

test('a turn that was begun but not finished says where it stopped', () => {
  const paused = handMade(
    begins('turn 1'),
    { type: 'text.written', step: 0, text: 'Fetching.' },
    cell('c1', 'await fetch({})', 1),
    codeCall('c1', 'fetch', { sku: 'A' }, 1),
  );
  expect(messages(totals, paused)).toEqual([
    'Scenario "weekly totals": turn 1 of 3 (user: /total/i) was not finished: it stopped after step 2, waiting for an answer to fetch({"sku":"A"}); next Claude says.',
  ]);
});

test('an optional turn that was begun has to be finished', () => {
  const left = handMade(begins('turn 1'), ends(), begins('turn 2'));
  expect(messages(totals, left)).toEqual([
    'Scenario "weekly totals": turn 2 of 3 (user: "Thanks") was not finished: it stopped before its first step; next Claude says.',
  ]);
});

test('every session has to play the scenario', () => {
  const complete = handMade(begins('turn 1'), ends(), begins('turn 3'), ends());
  const other = handMade(begins('turn 1'), cell('c2', ''), prints('c2', ''), ends());
  const both = [...complete, ...other.map((event) => ({ ...event, session: 's2' }))];
  expect(messages(totals, both)).toEqual([
    'Scenario "weekly totals": turn 3 of 3 (user: /mean/i) was never played in session "s2".',
  ]);
});
