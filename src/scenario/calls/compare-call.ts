import type { CallData } from '../data/call-data.ts';
import { Description, type Difference, differences } from './differences.ts';
import type { RecordedCall } from './recorded-calls.ts';

/** Where a call is not the expected one, empty when it is. Undefined when it is a call of another tool. */
export function compareCall(expected: CallData, actual: RecordedCall): Difference[] | undefined {
  if (expected.call !== actual.name) return undefined;
  const { input, partial, caller, cell } = expected;
  const found = input === undefined ? [] : differences(input, actual.input, { partial });
  if (caller !== undefined && caller !== actual.caller) {
    found.push({ path: 'caller', expected: caller, actual: actual.caller });
  }
  if (cell !== undefined && cell !== actual.site?.cell) {
    found.push({
      path: 'cell',
      expected: cell,
      actual: actual.site?.cell ?? new Description('none'),
    });
  }
  return [...found, ...answerDifferences(expected, actual)];
}

function answerDifferences({ returns, throws }: CallData, { answer }: RecordedCall): Difference[] {
  if (returns === undefined && throws === undefined) return [];
  const wanted = returns === undefined ? 'throws' : 'returns';
  const expected = returns ?? throws;
  if (!answer) return [{ path: wanted, expected, actual: new Description('no answer') }];
  const came = answer.is_error ? 'throws' : 'returns';
  const actual = typeof expected === 'string' ? answer.content : parsed(answer.content);
  if (came !== wanted)
    return [
      { path: wanted, expected },
      { path: came, actual },
    ];
  return differences(expected, actual).map((difference) => ({
    ...difference,
    path: difference.path.replace(/^\$/, wanted),
  }));
}

/** What a tool returned: the value where its text is JSON, otherwise the text. */
function parsed(content: string): unknown {
  try {
    return JSON.parse(content);
  } catch {
    return content;
  }
}
