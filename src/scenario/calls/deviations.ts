import type { Reference } from '../../transcript/reference.ts';
import type { CallData } from '../data/call-data.ts';
import type { CallRow } from './align-calls.ts';
import { compareCall } from './compare-call.ts';
import type { Difference } from './differences.ts';
import type { RecordedCall } from './recorded-calls.ts';

/**
 * One way in which the calls are not the expected ones: `different` arguments, caller, answer or response, an expected
 * call that is `missing`, an `unexpected` one, one that should `never` have come where it came, or an expected one made
 * `out of order`. Positions count from 0; `expected` is one in the list of the calls an expectation names.
 */
export interface CallDeviation {
  readonly kind: 'different' | 'missing' | 'unexpected' | 'never' | 'out of order';
  readonly expected?: number | undefined;
  readonly actual?: number | undefined;
  /** The actual call, where there is one. */
  readonly call?: Reference | undefined;
  readonly differences: readonly Difference[];
}

/** The rows that are not as expected, in order. A call that is missing in one place and unexpected in another is one. */
export function deviations(
  rows: readonly CallRow[],
  { expected, actual }: { expected: readonly CallData[]; actual: readonly RecordedCall[] },
): CallDeviation[] {
  const extra = new Set(
    rows.flatMap(({ kind, actual }) =>
      kind === 'unexpected' || kind === 'let by' ? [actual!] : [],
    ),
  );
  const late = new Map<CallRow, number>();
  for (const row of rows) {
    if (row.kind !== 'missing') continue;
    const match = [...extra].find(
      (made) => compareCall(expected[row.expected!]!, actual[made]!)?.length === 0,
    );
    if (match === undefined) continue;
    late.set(row, match);
    extra.delete(match);
  }
  const place = ({ expected, actual: made }: Pick<CallRow, 'expected' | 'actual'>) => ({
    ...(expected !== undefined && { expected }),
    ...(made !== undefined && { actual: made, call: actual[made]?.reference }),
  });
  return rows.flatMap((row): CallDeviation[] => {
    const { kind, never, differences } = row;
    const madeAt = late.get(row);
    if (madeAt !== undefined)
      return [{ ...place({ ...row, actual: madeAt }), kind: 'out of order', differences }];
    if (kind === 'as expected' || kind === 'let by') return [];
    if (kind !== 'unexpected') return [{ ...place(row), kind, differences }];
    if (!extra.has(row.actual!)) return [];
    if (never === undefined) return [{ ...place(row), kind, differences }];
    return [{ ...place({ ...row, expected: never }), kind: 'never', differences }];
  });
}
