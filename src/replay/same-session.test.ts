import { expect, test } from 'vitest';
import { session } from '../../test/support/recorded-session.ts';
import type { Exchange } from '../cassette/exchange.ts';
import { transcriptOf } from '../cassette/transcript-of.ts';
import { assertSameSession, checkSameSession } from './same-session.ts';

const cassette = { exchanges: session };
/** The same session with a text in it changed, wherever it stands. */
const changed = (from: string, to: string): Exchange[] =>
  JSON.parse(JSON.stringify(session).replaceAll(from, to));
const compare = (exchanges: readonly Exchange[]) =>
  checkSameSession(transcriptOf(exchanges), cassette).map(({ message }) => message);

test('ids, times and usage do not count', () => {
  const other = JSON.stringify(session)
    .replaceAll('_01', '_02')
    .replaceAll('tokens":1', 'tokens":9');
  expect(checkSameSession(transcriptOf(JSON.parse(other)), cassette)).toEqual([]);
});

test.each([
  ['How many rows?', 'How many?', '  - user: How many rows?\n  + user: How many?'],
  ['print(rows)', 'print(7)', '  -     print(rows)\n  +     print(7)'],
  ['"content":"7"', '"content":"8"', 'fetch_rows {} → 7\n  +   the code calls fetch_rows {} → 8'],
  ['"input":{}', '"input":{"a":1}', '→ 7\n  +   the code calls fetch_rows {"a":1} → 7'],
  ['"stdout":"7\\n"', '"stdout":"8\\n"', '  -     7\n  +     8'],
  ['Seven.', 'Eight.', '  -   says: Seven.\n  +   says: Eight.'],
])('%s or %s is another session', (from, to, lines) => {
  const messages = compare(changed(from, to));
  expect(messages).toEqual([expect.stringContaining(lines)]);
});

test('what is shown begins a little before the first difference', () => {
  expect(compare(session.slice(0, 1))).toMatchInlineSnapshot(`
    [
      "What happened is not what was recorded.

          runs
            rows = await fetch_rows({})
            print(rows)
      -   the code calls fetch_rows {} → 7
      +   the code calls fetch_rows {} → no answer",
    ]
  `);
  expect(() => assertSameSession(transcriptOf(changed('Seven', '7')), cassette)).toThrow(
    'What happened is not what was recorded.',
  );
});
