import type { CallData } from '../data/call-data.ts';
import type { CallRow } from './align-calls.ts';
import type { CallDeviation } from './deviations.ts';
import type { Difference } from './differences.ts';
import type { RecordedCall } from './recorded-calls.ts';
import { json, showCall, showExpected } from './show-call.ts';

interface Calls {
  readonly rows: readonly CallRow[];
  readonly expected: readonly CallData[];
  readonly actual: readonly RecordedCall[];
  /** How many calls were looked at. */
  readonly lookedAt: number;
}

/** Deviations told in detail. */
const DETAILS = 5;
/** Equal rows shown around a deviation. */
const CONTEXT = 2;
/** Widest a call may be in the side-by-side list. */
const COLUMN = 60;

/** Says how the calls differ: the first deviation in the heading, each in detail, then both lists side by side. */
export function reportCalls(found: readonly CallDeviation[], calls: Calls): string {
  const { actual, lookedAt } = calls;
  const more = found.length === 1 ? '' : ` (and ${found.length - 1} more)`;
  const [first] = found;
  const lines = [
    first
      ? `Tool calls: ${headline(first, calls)}${more}.`
      : `Tool calls: too much is different after call ${lookedAt} of ${actual.length} to say how.`,
  ];
  for (const deviation of found.slice(0, DETAILS)) {
    lines.push('', ...detail(deviation, calls).map(indent));
  }
  if (found.length > DETAILS) lines.push('', `  … and ${found.length - DETAILS} more`);
  lines.push('', ...sideBySide(found, calls).map(indent));
  if (lookedAt < actual.length) {
    lines.push('', `  calls ${lookedAt + 1} to ${actual.length} were not compared:`);
    lines.push(
      ...actual.slice(lookedAt, lookedAt + DETAILS).map((call) => `    ${showCall(call)}`),
    );
  }
  return lines.join('\n');
}

function headline(deviation: CallDeviation, { expected, actual }: Calls): string {
  const { kind, expected: i, actual: j } = deviation;
  const made = `call ${j! + 1}, ${actual[j!]?.name},`;
  if (kind === 'missing') {
    const { call } = expected[i!]!;
    const others = actual.some(({ name }) => name === call);
    return others ? `a call of ${call} is missing` : `${call} was not called`;
  }
  if (kind === 'unexpected') return `${made} was not expected`;
  if (kind === 'never') return `${made} should not have been made here`;
  if (kind === 'out of order') return `${made} was made out of order`;
  return `${made} ${howOther(deviation.differences)} than expected`;
}

const WAYS: Record<string, string> = {
  caller: 'has another caller',
  cell: 'comes from another cell',
  returns: 'got another answer',
  throws: 'got another answer',
  together: 'came in another response',
};

function howOther(differences: readonly Difference[]): string {
  const parts = differences.map(
    ({ path }) => WAYS[path.split(/[.[]/)[0]!] ?? 'has other arguments',
  );
  return [...new Set(parts)].join(' and ');
}

function detail({ kind, expected, actual, differences }: CallDeviation, calls: Calls): string[] {
  if (kind === 'missing') return [`missing: ${showExpected(calls.expected[expected!]!)}`];
  const made = calls.actual[actual!]!;
  const heading = `${kind}: ${showCall(made)}`;
  const never = kind === 'never' ? [`never: ${showExpected(calls.expected[expected!]!)}`] : [];
  return [
    ...(kind === 'never' ? [`unexpected: ${showCall(made)}`] : [heading]),
    ...[...siteLines(made), ...never, ...differenceLines(differences)].map(indent),
  ];
}

function siteLines({ caller, site }: RecordedCall): string[] {
  if (!site) return [caller === 'direct' ? 'called directly' : 'called by code'];
  if (site.line === undefined) return [`called in cell ${site.cell}`];
  const place = `called on line ${site.line} of cell ${site.cell}`;
  return [site.source ? `${place}: ${site.source}` : place];
}

/** One line a difference, expected and actual in columns. */
export function differenceLines(differences: readonly Difference[]): string[] {
  const rows = differences.map(({ path, ...difference }) => {
    const { expected, actual } = whereTheyDiffer(difference);
    return [
      path,
      'expected' in difference ? `expected ${json(expected)}` : 'expected nothing',
      'actual' in difference ? `actual ${json(actual)}` : 'actual nothing',
    ];
  });
  const widths = [0, 1].map((i) => Math.max(...rows.map((row) => row[i]!.length)));
  return rows.map((row) =>
    row.map((cell, i) => (i < 2 ? cell.padEnd(widths[i]!) : cell)).join('   '),
  );
}

/** Longest a text may be to be shown from its beginning, and how much of a longer one is shown before a difference. */
const TEXT = 100;
const BEFORE = 20;

/** Two long texts from a little before they differ. */
function whereTheyDiffer(both: Pick<Difference, 'expected' | 'actual'>): typeof both {
  const { expected, actual } = both;
  if (typeof expected !== 'string' || typeof actual !== 'string') return both;
  if (Math.max(expected.length, actual.length) <= TEXT) return both;
  let at = 0;
  while (at < expected.length && expected[at] === actual[at]) at++;
  const from = Math.max(0, at - BEFORE);
  const part = (text: string): string =>
    `${from > 0 ? '…' : ''}${text.slice(from, from + TEXT)}${text.length > from + TEXT ? '…' : ''}`;
  return { expected: part(expected), actual: part(actual) };
}

function sideBySide(found: readonly CallDeviation[], { rows, expected, actual }: Calls): string[] {
  const reordered = new Set(
    found.flatMap((each) => (each.kind === 'out of order' ? [each.actual] : [])),
  );
  const shown = rows.map((row) => ({
    mark: row.expected === undefined && reordered.has(row.actual) ? '↑' : MARKS[row.kind],
    left: row.expected === undefined ? '' : shorten(showExpected(expected[row.expected]!)),
    right: row.actual === undefined ? '' : shorten(showCall(actual[row.actual]!)),
  }));
  const width = Math.max('expected'.length, ...shown.map(({ left }) => left.length));
  const lines = [`  ${'expected'.padEnd(width)}   actual`];
  let hidden = 0;
  for (const [i, { mark, left, right }] of shown.entries()) {
    const near = shown.slice(Math.max(0, i - CONTEXT), i + CONTEXT + 1);
    if (near.every((row) => !DEVIATES.has(row.mark))) {
      hidden++;
      continue;
    }
    if (hidden > 0) lines.push(`  … ${hidden} as expected`);
    hidden = 0;
    lines.push(`${mark} ${left.padEnd(width)}   ${right}`.trimEnd());
  }
  if (hidden > 0) lines.push(`  … ${hidden} as expected`);
  return lines;
}

/** What stands before a row; `↑` stands before a call that was expected elsewhere. */
const MARKS: Record<CallRow['kind'], string> = {
  'as expected': '=',
  different: '≠',
  missing: '-',
  unexpected: '+',
  'let by': ' ',
};
const DEVIATES = new Set(['≠', '-', '+', '↑']);

function shorten(text: string): string {
  return text.length > COLUMN ? `${text.slice(0, COLUMN - 1)}…` : text;
}

function indent(line: string): string {
  return line === '' ? line : `  ${line}`;
}
