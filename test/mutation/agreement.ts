import type { Run } from './run-mutation.ts';

/** How often the fake and an operator agreed. */
export interface Agreement {
  readonly operator: string;
  runs: number;
  agreed: number;
  /** Disagreements by what they are, each with the shortest example. */
  readonly disagreements: Map<string, { runs: number; example: string }>;
}

/** Counts runs, operator by operator. */
export function countAgreement(runs: readonly Run[]): Agreement[] {
  const byOperator = new Map<string, Agreement>();
  for (const { operator, disagreement, example } of runs) {
    const row = byOperator.get(operator) ?? {
      operator,
      runs: 0,
      agreed: 0,
      disagreements: new Map(),
    };
    byOperator.set(operator, row);
    row.runs += 1;
    if (disagreement === undefined) {
      row.agreed += 1;
      continue;
    }
    const text = example();
    const before = row.disagreements.get(disagreement);
    const shortest = before && before.example.length <= text.length ? before.example : text;
    row.disagreements.set(disagreement, { runs: (before?.runs ?? 0) + 1, example: shortest });
  }
  return [...byOperator.values()];
}

/** The disagreements, each with its example. */
export function describeDisagreements(rows: readonly Agreement[]): string[] {
  return rows.flatMap(({ operator, disagreements }) =>
    [...disagreements].map(
      ([what, { runs, example }]) => `${operator} (${runs}×): ${what}\n  ${example}`,
    ),
  );
}

/** A table of all operators: how often each ran, and what came of it. */
export function agreementTable(rows: readonly Agreement[]): string {
  const width = Math.max(...rows.map(({ operator }) => operator.length));
  const lines = rows
    .toSorted((a, b) => a.agreed / a.runs - b.agreed / b.runs || b.runs - a.runs)
    .map(({ operator, runs, agreed, disagreements }) => {
      const [first] = disagreements.keys();
      const numbers = [runs, agreed, runs - agreed].map((n) => String(n).padStart(6)).join('');
      return `${operator.padEnd(width)} ${numbers}  ${first ?? ''}`;
    });
  return [`${'operator'.padEnd(width)}   runs agreed others`, ...lines].join('\n');
}

/** How often each rule refused a request. */
export function refusalTable(runs: readonly Run[]): string {
  const counts = new Map<string, number>();
  for (const { refused = '(answered)' } of runs)
    counts.set(refused, (counts.get(refused) ?? 0) + 1);
  const sorted = [...counts].toSorted(([a], [b]) => (a < b ? -1 : 1));
  return sorted.map(([rule, count]) => `${String(count).padStart(6)}  ${rule}`).join('\n');
}
