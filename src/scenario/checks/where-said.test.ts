import { expect, test } from 'vitest';
import {
  begins,
  cell,
  codeCall,
  ends,
  handMade,
  prints,
} from '../../../test/scenario/hand-made-transcript.ts';
import { parseScenario } from '../parse-scenario.ts';
import { checkExpectations } from './scenario.ts';
import { whereSaid } from './where-said.ts';

const totals = parseScenario(`
scenario: totals
turns:
  - user: Total?
    claude:
      - says: Wait.
      - runs: print(7)
        prints: 8
  - user: Mean?
    claude:
      - when: { printed: 7 }
        do: [{ runs: print(3), prints: 4 }]
  - user: Bye
    claude: [says: Bye.]
expect:
  calls: []
  requests: 2
`);

test('a failure is at the line of what it says is otherwise', () => {
  const transcript = handMade(
    begins('turn 1'),
    cell('c1', 'print(7)', 1),
    codeCall('c1', 'fetch', {}),
    prints('c1', '7'),
    ends(),
    begins('turn 2'),
    cell('c2', 'print(3)', 0),
    prints('c2', '3'),
    ends(),
  );
  const found = checkExpectations(totals, transcript).map((failure) => {
    const { line, column } = whereSaid(failure, totals, transcript) ?? {};
    return `${failure.code} ${line}:${column}`;
  });
  expect(found).toEqual([
    'cell.printed 7:9',
    'cell.printed 9:5',
    'calls.different 16:10',
    'total.different 16:3',
    'turn.unplayed 13:5',
  ]);
});

test('a broken rule is written nowhere', () => {
  const failure = { code: 'finding' as const, message: 'x', rule: 'y' };
  expect(whereSaid(failure, totals, [])).toBeUndefined();
});
