import { expect, test } from 'vitest';
import { session } from '../../test/support/recorded-session.ts';
import { transcriptOf } from '../cassette/transcript-of.ts';
import { showTranscript } from './show-transcript.ts';

test('a session is shown with code, calls, results, outputs, usage and times', () => {
  expect(showTranscript(transcriptOf(session))).toMatchInlineSnapshot(`
    "session 1

      turn 1, at 0 ms
        How many rows?
      container container_01abcdef
      cell 1 in container_01abcdef
        1 | rows = await fetch_rows({})
        2 | print(rows)
      call 1 by cell 1: fetch_rows
        {}
      cell 1 waits
      response request-1: 1 tokens in, 1 out, at 0 ms
      result of call 1 after 0 ms
        7
      cell 1 ends after 0 ms
      stdout
        7
      says
        Seven.
      ends: end_turn
      response request-2: 1 tokens in, 1 out, at 0 ms

    2 tokens in, 2 out, 0 ms
    "
  `);
});

test('control characters of a session do not reach the terminal', () => {
  const shown = showTranscript([
    { type: 'turn.started', session: '1', at: 0, turn: 0, scripted: '0', user: '\u001b[2Jgone' },
  ]);
  expect(shown).toContain('\\x1b[2Jgone');
});
