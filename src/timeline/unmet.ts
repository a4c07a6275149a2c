import type { Reference } from '../transcript/reference.ts';
import { type Detail, text } from './details.ts';

/** Why a scenario failed, as far as a timeline shows it. What `checkScenario` returns is such failures. */
export interface ShownFailure {
  readonly message: string;
  /** The cell or command that was not as expected. */
  readonly cell?: Reference | undefined;
  /** What it should have printed. */
  readonly expected?: string | undefined;
  readonly deviations?: readonly ShownDeviation[] | undefined;
}

interface ShownDeviation {
  readonly kind: string;
  /** Absent where a call is missing. */
  readonly call?: Reference | undefined;
  readonly differences: readonly ShownDifference[];
}

interface ShownDifference {
  readonly path: string;
  readonly expected?: unknown;
  readonly actual?: unknown;
}

/** What was expected of something in a transcript, and did not come. */
export interface Unmet {
  readonly reference: Reference;
  readonly details: readonly Detail[];
}

/** The places where a failure shows. */
export function unmetBy({ message, cell, expected, deviations = [] }: ShownFailure): Unmet[] {
  const output = expected === undefined ? [] : [text('expected output', expected)];
  return [
    ...(cell ? [{ reference: cell, details: [text('not as expected', message), ...output] }] : []),
    ...deviations.flatMap(({ kind, call, differences }) =>
      call ? [{ reference: call, details: [ofDeviation(kind, differences)] }] : [],
    ),
  ];
}

const KINDS: Readonly<Record<string, string>> = {
  different: 'other than the expected call',
  unexpected: 'no such call was expected',
  never: 'this call was not to be made here',
  'out of order': 'expected elsewhere in the order of calls',
};

function ofDeviation(kind: string, differences: readonly ShownDifference[]): Detail {
  const rows = differences.map(({ path, ...values }) => [
    path,
    `expected ${shown(values.expected)}`,
    `actual ${shown(values.actual)}`,
  ]);
  const widths = [0, 1].map((column) => Math.max(0, ...rows.map((row) => row[column]!.length)));
  const lines = rows.map((row) => row.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join('   '));
  return text('not as expected', [KINDS[kind] ?? kind, ...lines].join('\n'));
}

function shown(value: unknown): string {
  return JSON.stringify(value) ?? 'nothing';
}
